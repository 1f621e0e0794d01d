"""One list of an odd year changes nothing that others show; odd years are refused or asked about on every way in."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from projects.models import AnnualPlan, Import, Listing, Project
from projects.vocabulary import ImportState
from tests import build
from tests.views.import_desk import file, pressed, sent, shown
from tests.views.test_project_edit import NEW, post, rows, sheet
from tests.workbooks.sheets_made import xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def this_year() -> int:
    return timezone.localdate().year


@pytest.fixture
def last_years(this_year: int) -> list[Project]:
    """Two on last year's lists, as everybody is before the first list of this year comes out."""
    projects = [build.project("热泵", total_investment=3 * build.YI), build.project("隔膜")]
    for project, level in zip(projects, ("province", "city"), strict=True):
        build.listing(project, level, this_year - 1, category="new")
    return projects


def page(client: Client, query: str = "") -> Any:
    return client.get(f"/projects/?{query}").context["page"]


def exported(client: Client, query: str = "") -> list[tuple[str, str]]:
    """Names and the lists in words."""
    answer = client.get(f"/projects/export.xlsx?{query}")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    lines = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    head = next(line for line in lines if line[0] == "序号")
    place = head.index("在列名单")
    return [(line[1], line[place] or "") for line in lines[lines.index(head) + 1 : -1]]


def everything(client: Client, query: str = "") -> dict[str, Any]:
    """What the page, its chips and totals, the export and the API show of 热泵 and 隔膜."""
    shown, names = page(client, query), ("热泵", "隔膜")
    answer = client.get(f"/api/v1/projects/?{query}").json()
    return {
        "rows": [
            (row.project.name, row.levels, row.other_year) for row in shown.rows if row.project.name in names
        ],
        "chips": [chip.label for chip in client.get(f"/projects/?{query}").context["chips"]],
        "export": [line for line in exported(client, query) if line[0] in names],
        "api": [found["name"] for found in answer["results"] if found["name"] in names],
    }


@pytest.mark.parametrize("query", ["", "level=province", "level=city", "started=2024"])
@pytest.mark.parametrize("ahead", [0, 1, 36])
def test_one_list_of_an_odd_year_changes_nothing_that_others_show(
    query: str, ahead: int, this_year: int, last_years: list[Project]
) -> None:
    client = build.browser_of(build.leader())
    before = everything(client, query)

    build.listing(build.project("独一"), "province", this_year + ahead)

    assert everything(client, query) == before


def test_page_export_and_api_find_the_same_by_each_own_list(
    this_year: int, last_years: list[Project]
) -> None:
    client = build.browser_of(build.leader())
    build.listing(build.project("独一"), "province", this_year)
    for query, names in (
        ("level=province", {"热泵", "独一"}),
        ("level=city", {"隔膜"}),
        (f"year={this_year}", {"独一"}),
        (f"year={this_year - 1}", {"热泵", "隔膜"}),
        (f"year={this_year - 1}&level=city", {"隔膜"}),
        (f"year={this_year - 2}", set()),
    ):
        shown = page(client, query)
        assert {row.project.name for row in shown.rows} == names
        assert shown.totals.count == len(names)
        assert {name for name, _ in exported(client, query)} == names
        assert {
            found["name"] for found in client.get(f"/api/v1/projects/?{query}").json()["results"]
        } == names


def test_the_badge_names_the_year_where_it_is_not_this_one(this_year: int, last_years: list[Project]) -> None:
    client = build.browser_of(build.leader())
    now = build.project("独一")
    build.listing(now, "province", this_year)
    text = client.get("/projects/").content.decode()

    assert text.count(f'title="省重大 {this_year - 1} 年"') == 1
    assert text.count('title="省重大"') == 1
    assert f"省重大 {this_year - 1}</span>" in client.get(f"/projects/{last_years[0].pk}/").content.decode()
    assert "省重大</span>" in client.get(f"/projects/{now.pk}/").content.decode()
    assert exported(client, "level=province") == [
        ("热泵", f"{this_year - 1} 年省重大 新建"),
        ("独一", "省重大"),
    ]


def test_a_year_alone_narrows_and_can_be_taken_away(this_year: int, last_years: list[Project]) -> None:
    client = build.browser_of(build.leader())

    answer = client.get(f"/projects/?year={this_year}")

    assert "没有符合条件的项目" in answer.content.decode()
    assert answer.context["question"].is_narrowed


def test_a_future_bulletin_does_not_set_the_day_of_the_figures(this_year: int) -> None:
    client = build.browser_of(build.leader())
    build.bulletin(f"{this_year - 1}-09-30", figures={"started": 1})
    before = client.get("/completion/").context["page"].scope.as_of

    build.bulletin(f"{this_year + 36}-09-30", title="打错年份的通报", figures={"started": 2})

    assert client.get("/completion/").context["page"].scope.as_of == before


# Ways in


@pytest.mark.parametrize("prefix", ["listings", "annual_plans"])
def test_the_page_takes_no_year_after_the_next(prefix: str, this_year: int) -> None:
    client = build.browser_of(build.office())
    line = {"year": str(this_year + 2), "level": "city", "year_sure": str(this_year + 2)}

    assert f"年度最晚是明年，即 {this_year + 1} 年" in post(client, NEW, sheet(**rows(prefix, line)), 422)
    assert not Listing.objects.exists()
    assert not AnnualPlan.objects.exists()
    post(client, NEW, sheet(**rows(prefix, line | {"year": str(this_year + 1)})))


def test_the_page_asks_about_an_earlier_year_and_takes_the_answer(this_year: int) -> None:
    client, year = build.browser_of(build.office()), str(this_year - 1)
    line = {"year": year, "level": "city"}
    asked = post(client, NEW, sheet(**rows("listings", line)), 422)

    assert f"名单年度是 {year} 年，不是今年或明年" in asked
    assert f'type="checkbox" name="listings-0-year_sure" value="{year}"' in asked
    assert not Listing.objects.exists()
    wrong = line | {"year_sure": str(this_year)}  # confirmed, then changed
    assert "不是今年或明年" in post(client, NEW, sheet(**rows("listings", wrong)), 422)
    post(client, NEW, sheet(**rows("listings", line | {"year_sure": year})))
    assert Listing.objects.get().year == this_year - 1


def test_a_row_that_stands_is_not_asked_about_again() -> None:
    client, listing = build.browser_of(build.office()), build.listing(build.project("热泵"))
    form = client.get(f"/projects/{listing.project_id}/edit/").context["dossier"]
    parts = (form.facts, *(part.management_form for part in form.parts[1:]), *form.listings)
    said = {field.html_name: field.value() for part in parts for field in part if field.value() is not None}
    post(
        client,
        f"/projects/{listing.project_id}/edit/",
        said | {"listings-0-category": "reserve", "reason": "调整"},
    )

    assert Listing.objects.get().category == "reserve"


@pytest.mark.parametrize(("years", "told"), [(2, "年度最晚是明年"), (-1, "不是今年或明年")])
def test_many_at_once_are_judged_alike(years: int, told: str, this_year: int) -> None:
    client, project = build.browser_of(build.office()), build.project()
    typed = {"act": "enlist", "projects": str(project.pk), "level": "city", "category": "", "reason": "名单"}
    answer = client.post("/projects/bulk/", typed | {"year": str(this_year + years)})

    assert answer.status_code == 422
    assert told in answer.content.decode()


@pytest.mark.parametrize(("years", "told"), [(2, "年度最晚是明年"), (-1, "不是今年或明年")])
def test_the_admin_judges_alike(years: int, told: str, this_year: int) -> None:
    client, project = build.browser_of(build.office()), build.project()
    typed = {"project": project.pk, "year": this_year + years, "level": "city"}
    asked = client.post("/admin/projects/listing/add/", typed).content.decode()

    assert told in asked
    assert not Listing.objects.exists()
    if years < 0:
        assert 'name="year_sure" value=' in asked
        client.post("/admin/projects/listing/add/", typed | {"year_sure": this_year + years})
        assert Listing.objects.get().year == this_year + years


HEAD = ["项目名称", "建设单位", "名单级别"]
ROW = ["热泵项目", "河海", "市重点"]


def test_an_import_takes_no_year_after_the_next(this_year: int) -> None:
    client = build.browser_of(build.office())
    answer = client.post("/projects/import/", {"kind": "projects", "year": this_year + 2, "file": file()})

    assert answer.status_code == 422
    assert "年度最晚是明年" in answer.content.decode()
    assert not Import.objects.exists()


def test_the_preview_asks_about_an_earlier_year_and_takes_the_answer(this_year: int) -> None:
    client = build.browser_of(build.office())
    imported = sent(client, xlsx(HEAD, ROW), year=str(this_year - 1))
    page = shown(client, imported)

    assert f"名单年度是 {this_year - 1} 年，不是今年或明年" in page
    assert f'name="year_sure" value="{this_year - 1}"' in page
    for act in ("apply_all", "apply_good"):
        assert "没有写入任何内容：名单年度是" in pressed(client, imported, act)
        assert Import.objects.get().state == ImportState.PREVIEW
    pressed(client, imported, "apply_all", year_sure=str(this_year - 1))
    assert Listing.objects.get().year == this_year - 1


@pytest.mark.parametrize(("years", "row"), [(0, ROW), (1, ROW), (-1, [*ROW[:2], None])])
def test_the_preview_asks_nothing_where_nothing_is_odd(years: int, row: list[Any], this_year: int) -> None:
    client = build.browser_of(build.office())
    imported = sent(client, xlsx(HEAD, row), year=str(this_year + years))

    assert "不是今年或明年" not in shown(client, imported)
    assert "已写入 1 行" in pressed(client, imported, "apply_all")
