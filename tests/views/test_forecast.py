"""The forecast's page, its workbook, and who may open them."""

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from tests import build
from tests.figures.forecast.test_page import MONTHS, register, sealed

pytestmark = pytest.mark.django_db

ADDRESS = "/completion/forecast/?level=city&as_of=2024-09-30"


def page(user, address: str = ADDRESS) -> str:
    return build.browser_of(user).get(address).content.decode()


def test_it_tells_the_record_and_why_nothing_is_forecast() -> None:
    register()
    sealed(*MONTHS)

    text = page(build.leader())

    assert "按 2024年9月30日 封存时所知，预计到 2024年12月31日" in text
    assert "当时名单上的 6 个项目" in text
    assert "历史不足：同样提前期的预测只有 1 次可以核对" in text
    assert "2024年6月 → 9月" in text


def test_without_a_sealed_month_it_says_what_is_missing() -> None:
    assert "2024 年的这个名单还没有封存的月份" in page(build.leader())


def test_staff_of_a_unit_read_their_own_projects_only() -> None:
    register()
    sealed(*MONTHS)
    staff = build.staff(build.town("罗溪镇"))

    assert "当时名单上的 0 个项目" in page(staff)
    assert build.browser_of(staff).get(f"{ADDRESS}&organisation={build.town('奔牛镇').pk}").status_code == 400


@pytest.mark.parametrize("path", ["/completion/forecast/", "/completion/forecast/export.xlsx"])
def test_who_may_not_read_figures_stays_outside(path: str) -> None:
    assert build.browser_of(build.person(None)).get(path).status_code == 403
    assert build.browser_of(None).get(path).status_code == 302


def test_a_wrong_condition_is_named() -> None:
    response = build.browser_of(build.leader()).get("/completion/forecast/?year=1")

    assert response.status_code == 400
    assert "上面的条件有误" in response.content.decode()


def test_the_workbook_has_the_same_numbers() -> None:
    register()
    sealed(*MONTHS)

    response = build.browser_of(build.leader()).get(
        f"/completion/forecast/export.xlsx?{ADDRESS.split('?')[1]}"
    )
    book = load_workbook(build.BytesIO(b"".join(response.streaming_content)))

    rows = {row[0]: row for row in book["年底预计"].iter_rows(values_only=True)}
    assert rows["新开工"][:3] == ("新开工", "个", 6)
    assert rows["新开工"][-1] == "历史不足：同样提前期的预测只有 1 次可以核对"
    past = [row for row in book["以往的预测"].iter_rows(values_only=True) if row[0] == "新开工"]
    assert [(row[2], row[3], row[7]) for row in past] == [("2024年6月30日", "2024年9月30日", 6)]


def test_the_command_lists_every_lead(capsys: pytest.CaptureFixture[str]) -> None:
    register()
    sealed(*MONTHS)
    call_command("forecast_backtest")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "封存 4 个月：2024-06-30 至 2024-09-30"
    assert [line.split(" | ")[0] for line in lines[3:]] == ["| 1", "| 2", "| 3"]
