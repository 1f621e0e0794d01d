"""The page of a register that knows little more than what was published: worth opening, and nothing made up."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("article")]

PAGES = ["/completion/", "/completion/?level=province", "/completion/?level=all", "/completion/?basis=ledger"]


class Tables(HTMLParser):
    """The tables of a page as rows of cells; a cell with a drawing holds something, too."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.is_in_cell = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.is_in_cell = True
            self.tables[-1][-1] += [""] * int(dict(attributes).get("colspan") or 1)
        elif tag in ("svg", "img") and self.is_in_cell:
            self.tables[-1][-1][-1] += f"<{tag}>"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_in_cell = False

    def handle_data(self, data: str) -> None:
        if self.is_in_cell:
            self.tables[-1][-1][-1] += data.strip()


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("address", PAGES)
def test_no_column_is_empty_all_the_way_down(address: str) -> None:
    parser = Tables()
    parser.feed(page_of(build.browser_of(build.leader()), address))

    assert parser.tables
    for head, *rows in parser.tables:
        empty = [
            name
            for place, name in enumerate(head)
            if not any("".join(row[place : place + 1]) for row in rows)
        ]
        assert empty == []


def test_published_figures_come_first_and_the_named_project_is_on_it() -> None:
    words = words_of(page_of(build.browser_of(build.leader()), "/completion/"))

    strip = words.split("公布 台账", 1)[1]
    assert (
        strip.index("市重点项目完成投资 110.3亿元")
        < strip.index("来源说到的项目")
        < strip.index("已公布的数字")
    )
    assert strip.index("已公布的数字") < strip.index("目标值未公布 · 已提前完成")
    assert "超导吸收式热泵机组生产项目 省重大 河海新能源集团 · 总投资 10.0 亿元" in words
    assert "已开工（不晚于2024年9月30日）" in words
    assert "计划竣工：2024年12月" in words


def test_unnamed_projects_are_neither_missing_reports_nor_empty_rows() -> None:
    client = build.browser_of(build.leader())
    page = page_of(client, "/completion/")

    assert "市重点项目 80 个：具名 0 个，未具名 80 个" in words_of(page)
    assert "报道未具名" not in page
    assert "缺报 80" not in page
    attention = page_of(client, "/completion/attention/")
    assert "谁也谈不上缺报" in attention


def test_what_is_not_known_leads_to_where_it_is_entered_by_right() -> None:
    office, leader = (
        page_of(build.browser_of(who()), "/completion/") for who in (build.office, build.leader)
    )

    assert "各项年度目标值" in leader
    assert "登记目标" in office
    assert "登记目标" not in leader


def test_the_first_report_makes_the_others_missing() -> None:
    project = build.project("有月报的项目")
    build.listing(project)
    build.report(project, "2024-09", build.YI)

    page = page_of(build.browser_of(build.leader()), "/completion/")

    assert "缺报 80 个" in words_of(page)


def test_the_page_asks_at_most_seventeen_queries(django_assert_max_num_queries) -> None:
    client = build.browser_of(build.leader())
    with django_assert_max_num_queries(17):
        page_of(client, "/completion/")
