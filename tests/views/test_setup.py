"""A new register: the district gets its name, the steps say what is there, and the first list comes in."""

import pytest
from django.core.management import call_command

from projects.actions.setup import found_district
from projects.models import DistrictSettings, Industry, Organisation, Project, User
from projects.models.district import forget_district
from projects.rules.broken import RuleBroken
from tests import build
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(settings, tmp_path) -> User:
    settings.VAR_DIR = tmp_path
    call_command("first_accounts", "--empty", verbosity=0)
    person = User.objects.get()
    person.issued_until = None  # has changed the password
    person.save()
    forget_district()
    return person


def test_the_first_page_asks_for_the_district_and_then_shows_the_steps(administrator: User) -> None:
    client = build.browser_of(administrator)
    assert client.get("/").url == "/setup/"
    for address in ("/completion/", "/projects/", "/todo/", "/targets/", "/people/", "/organisations/"):
        assert client.get(address).status_code == 200, address  # nothing is there yet, and nothing breaks

    assert client.post("/setup/", {"name": "", "short_name": ""}).status_code == 422
    answer = client.post("/setup/", {"name": "某某高新区", "short_name": "本级"}, follow=True)
    page = answer.content.decode()
    assert "某某高新区已登记" in page
    assert page.count("还没有") == 6
    root = Organisation.objects.get()
    assert (root.name, root.is_district) == ("某某高新区", True)
    assert DistrictSettings.objects.get().name == "某某高新区"
    assert [entry.history_user for entry in root.history.all()] == [administrator]
    assert client.get("/").url == "/todo/"
    assert "常州" not in client.get("/completion/").content.decode()


def test_a_second_district_is_not_founded(administrator: User) -> None:
    found_district(name="某某高新区", short_name="", by=administrator)
    with pytest.raises(RuleBroken, match="已经登记：某某高新区"):
        found_district(name="另一个区", short_name="", by=administrator)
    page = build.browser_of(administrator).post("/setup/", {"name": "另一个区", "short_name": ""})
    assert page.status_code == 422
    assert Organisation.objects.count() == 1


def test_units_and_the_first_list_come_in_by_import(administrator: User) -> None:
    found_district(name="某某高新区", short_name="", by=administrator)
    client = build.browser_of(administrator)
    for kind, sheet in (
        ("organisations", xlsx(["单位名称", "单位类型", "上级单位"], ["东镇", "镇", "某某高新区"])),
        ("projects", xlsx(["项目名称", "建设单位", "责任单位"], ["热泵", "某公司", "东镇"])),
    ):
        imported = received(sheet, administrator, kind=kind)
        answer = client.post(f"/imports/{imported.pk}/", {"act": "apply_all"})
        assert answer.status_code == 302, imported.state
    assert Project.objects.get().organisation == Organisation.objects.get(name="东镇")
    assert client.get("/setup/").content.decode().count("还没有") == 4


@pytest.mark.parametrize(
    ("role", "status"), [("leader", 403), ("staff", 403), ("office", 403), ("admin", 200)]
)
def test_who_may_enter(role: str, status: int) -> None:
    assert build.browser_of(build.person(role)).get("/setup/").status_code == status


@pytest.mark.parametrize(
    ("role", "status"), [("leader", 403), ("staff", 403), ("office", 200), ("admin", 200)]
)
def test_who_keeps_the_industries(role: str, status: int) -> None:
    assert build.browser_of(build.person(role)).get("/settings/industries/").status_code == status


def test_an_industry_is_added_and_renamed_with_a_reason() -> None:
    office = build.office()
    client = build.browser_of(office)
    data = {"name": "合成生物", "group": "新质", "position": "3", "reason": "新增方向"}
    assert client.post("/settings/industries/", data).status_code == 302
    industry = Industry.objects.get(name="合成生物")
    build.project(industry=industry)
    data |= {"name": "合成生物与制药", "reason": "改名"}
    assert client.post(f"/settings/industries/{industry.pk}/", data).status_code == 302
    entries = industry.history.order_by("history_id").values_list(
        "name", "history_user", "history_change_reason"
    )
    assert list(entries) == [("合成生物", office.pk, "新增方向"), ("合成生物与制药", office.pk, "改名")]
    assert client.get("/settings/industries/").context["lines"].get(pk=industry.pk).number == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"name": ""}, "该字段是必填项"), ({"reason": ""}, "请写明原因"), ({"name": "新能源"}, "已存在")],
)
def test_what_is_wrong_with_an_industry_is_told(facts: dict, words: str) -> None:
    build.industry("新能源")
    data = {"name": "氢能", "group": "", "position": "0", "reason": "新增"} | facts
    answer = build.browser_of(build.office()).post("/settings/industries/", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Industry.objects.count() == 1
