"""The first page of the admin: groups and words of the office, links to the pages of daily work, our look."""

import pytest
from django.contrib import admin
from django.urls import reverse

from projects.templatetags.admin_sections import SECTIONS, admin_sections
from tests import build

pytestmark = pytest.mark.django_db


def test_every_table_has_its_place_and_every_page_exists() -> None:
    registered = {model._meta.object_name for model in admin.site._registry}
    placed = [table for tables in SECTIONS.values() for table in tables]
    assert {table.model for table in placed} == registered
    assert len(placed) == len(registered)
    assert all(reverse(table.page) for table in placed if table.page)


def test_a_table_without_a_place_comes_last() -> None:
    model = {"object_name": "Strange", "name": "新表", "admin_url": "/admin/x/"}
    (section,) = admin_sections([{"models": [model]}])
    assert (section.label, [line.label for line in section.lines]) == ("其他", ["新表"])


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("admin", ["项目", "单位和人", "角色"], ["其他"]),
        ("office", ["项目", "规则和设置"], ["角色", "其他"]),
    ],
)
def test_it_speaks_as_a_clerk_does(role: str, has: list[str], lacks: list[str]) -> None:
    page = build.browser_of(build.person(role)).get("/admin/").content.decode()
    for words in ("认证和授权", "认证令牌", "查看站点", "主题", "dark_mode"):
        assert words not in page, words
    assert "最近动作" in page
    assert all(f"<caption>{label}</caption>" in page or f">{label}</a>" in page for label in has)
    assert not any(f"<caption>{label}</caption>" in page or f">{label}</a>" in page for label in lacks)
    assert ('<a class="own" href="/people/">专门的页面</a>' in page) is (role == "admin")
    assert '<a class="own" href="/projects/">专门的页面</a>' in page
    assert "projects/admin.css" in page
