"""Evidence read out: the gallery in the order of the stages, and how many stages of a scope are proven."""

from datetime import date

import pytest

from projects.figures.completion.page import completion_page
from projects.figures.evidence import gallery
from projects.figures.register.sheet import Proven
from projects.figures.scope import Scope
from projects.models import Organisation, Project, StageRule
from projects.models.reach import DISTRICT
from tests import build

pytestmark = pytest.mark.django_db


def scope(**asked) -> Scope:
    units = list(Organisation.objects.all())
    return Scope(Project.objects.all(), 2024, date(2024, 9, 30), organisations=units, **asked, reach=DISTRICT)


def proven(asked: Scope) -> dict[str, Proven]:
    """By indicator, the count of the year split in two."""
    lines = completion_page(asked).lines
    return {line.indicator: line.count.proven for line in lines if line.count.proven}


def proven_stage(project: Project, stage: str, on: str = "2024-03-01", *, at: str | None = None) -> None:
    build.evidence(build.milestone(project, stage, on, at=at))


def test_the_gallery_follows_the_chain_and_the_day_of_the_upload() -> None:
    project, other = build.project(), build.project()
    for stage in ("completed", "entered", "started"):
        milestone = build.milestone(project, stage, "2024-03-01")
        for name in ("一.jpg", "二.jpg"):
            build.evidence(milestone, build.photo(colour="red" if name == "一.jpg" else "blue"), name=name)
    proven_stage(other, "started")

    assert [(album.stage, [str(item) for item in album.items]) for album in gallery(project)] == [
        ("started", ["一.jpg", "二.jpg"]),
        ("completed", ["一.jpg", "二.jpg"]),
        ("entered", ["一.jpg", "二.jpg"]),
    ]


@pytest.mark.parametrize("size", [3, 30])
def test_the_gallery_is_one_query(size: int, django_assert_num_queries) -> None:
    project = build.project()
    milestone = build.milestone(project, "started", "2024-03-01")
    for number in range(size):
        build.evidence(milestone, build.photo(size=(40 + number, 30)))
    with django_assert_num_queries(1):
        albums = gallery(project)
        assert len([(item.milestone.project, str(item.uploaded_by)) for item in albums[0].items]) == size


def test_only_what_the_year_counts_is_split() -> None:
    listed, other = build.project(organisation=build.town("罗溪镇")), build.project()
    build.listing(listed)
    proven_stage(listed, "started")
    build.milestone(listed, "topped_out", "2024-06-01")
    build.milestone(listed, "completed", "2024-10-01")  # after the day
    proven_stage(listed, "signed")  # nothing is asked of it
    build.milestone(other, "started", "2024-05-01")
    build.milestone(build.project(), "started", "2023-05-01")
    build.milestone(build.project(), "started", "2024-05-01", "not_later")

    assert proven(scope()) == {"started": Proven(1, 1), "topped_out": Proven(0, 1)}
    assert proven(scope(level="city")) == {"started": Proven(1, 0), "topped_out": Proven(0, 1)}
    assert proven(scope(organisation=build.town("罗溪镇"))) == proven(scope(level="city"))
    assert proven(scope(organisation=build.town("奔牛镇"))) == {}


def test_the_rule_decides_what_is_asked() -> None:
    project = build.project()
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "signed", "2024-01-01")
    rule = StageRule.objects.get(stage="started")
    rule.evidence_required = False
    build.kept(rule)
    build.kept(StageRule(stage="signed"))

    assert proven(scope()) == {"signed": Proven(0, 1)}


def test_what_was_known_then_is_what_was_proven_then() -> None:
    project = build.project(at="2024-07-01")
    milestone = build.milestone(project, "started", "2024-03-01", at="2024-07-01")
    build.kept(StageRule.objects.get(stage="started"), at="2024-01-01")
    build.evidence(milestone)

    assert proven(scope(known_at=build.moment("2024-08-01"))) == {"started": Proven(0, 1)}
    assert proven(scope()) == {"started": Proven(1, 0)}


def test_a_joint_project_is_proven_once_and_in_each_unit() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    project = build.project(organisation=luoxi)
    build.helper(project, xuejia)
    proven_stage(project, "started")
    proven_stage(project, "topped_out")
    build.milestone(build.project(organisation=xuejia), "started", "2024-05-01")

    page = completion_page(scope())

    assert page.line("started").count.proven == Proven(1, 1)
    assert {row.label: row.line("started").count.proven for row in page.rows} == {
        "罗溪镇": Proven(1, 0),
        "薛家镇": Proven(1, 1),
    }


def test_two_photos_prove_one_stage() -> None:
    milestone = build.milestone(build.project(), "started", "2024-03-01")
    for number in range(2):
        build.evidence(milestone, build.photo(size=(40 + number, 30)))

    assert proven(scope()) == {"started": Proven(1, 0)}
