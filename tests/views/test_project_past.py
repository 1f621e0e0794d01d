"""The register as it was: who sees what, that it is read only, and that its sheet says so and is not imported."""

import io

import pytest
from django.test import Client

from projects.models import Import
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

PAGE = "/projects/as-of/"


def text_of(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(f"{PAGE}{query}")
    assert response.status_code == status
    return " ".join(response.content.decode().split())


@pytest.fixture
def register():
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    build.project("罗溪项目", organisation=luoxi, total_investment=10 * YI, at="2024-10-05")
    build.project("奔牛项目", organisation=benniu, total_investment=5 * YI, at="2024-11-20")
    return luoxi, benniu


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        (lambda luoxi, benniu: build.leader(), {"罗溪项目", "奔牛项目"}),
        (lambda luoxi, benniu: build.office(), {"罗溪项目", "奔牛项目"}),
        (lambda luoxi, benniu: build.admin(), {"罗溪项目", "奔牛项目"}),
        (lambda luoxi, benniu: build.staff(luoxi), {"罗溪项目"}),
        (lambda luoxi, benniu: build.staff(benniu), {"奔牛项目"}),
    ],
)
def test_everyone_sees_their_own_rows_and_no_form_to_change_them(register, person, seen: set[str]) -> None:
    client = build.browser_of(person(*register))
    page = text_of(client, "?as_of=2024-12-31")

    assert {name for name in ("罗溪项目", "奔牛项目") if name in page} == seen
    assert f"合计 {len(seen)} 个" in page
    assert "登记" not in page.partition('id="rows"')[2].partition("</table>")[0]
    assert client.post(PAGE).status_code == 405


def test_as_known_at_a_moment_says_so_and_shows_what_was_known(register) -> None:
    page = text_of(build.browser_of(build.leader()), "?as_of=2024-09-30&known_at=2024-10-31")

    assert "截至 2024年9月30日" in page
    assert "只用 2024年10月31日 前录入的内容" in page
    assert "罗溪项目" in page
    assert "奔牛项目" not in page


def test_outsiders_see_the_login_and_those_without_a_role_nothing(register) -> None:
    assert build.browser_of(None).get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert "罗溪项目" not in text_of(build.browser_of(build.person(None)), status=403)


@pytest.mark.parametrize(
    "query", ["?as_of=2100-01-01", "?known_at=2100-01-01", "?organisation=9999", "?level=x"]
)
def test_a_wrong_question_is_told(register, query: str) -> None:
    assert "条件有误" in text_of(build.browser_of(build.leader()), query, 400)
    assert build.browser_of(build.office()).get(f"{PAGE}export.csv{query}").status_code == 400


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_sheet_says_what_it_is_and_is_not_imported(register, suffix: str) -> None:
    client = build.browser_of(build.office())
    answer = client.get(f"{PAGE}export.{suffix}?as_of=2024-09-30&known_at=2024-10-31")
    content = b"".join(answer.streaming_content)
    if suffix == "csv":
        text = content.decode("utf-8-sig")
        assert "台账回看，只供查阅，不能导入" in text
        assert "截至 2024年9月30日；只用 2024年10月31日结束前录入的内容" in text
        assert "罗溪项目" in text
        assert "奔牛项目" not in text
    file = io.BytesIO(content)
    file.name = f"台账回看.{suffix}"
    sent = {"kind": "projects", "year": "2024", "file": file}
    page = client.post("/projects/import/", sent, follow=True).content.decode()

    assert "台账回看，只供查阅，不能导入" in page
    assert not any(imported.rows.exists() for imported in Import.objects.all())
