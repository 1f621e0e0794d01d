"""`manage.py verify_seals`: an intact chain, and every way to alter it behind the application's back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.figures.chain import checked_seals
from projects.models import Bulletin, Figure
from projects.rules.seals import digest_of
from tests import build

pytestmark = pytest.mark.django_db

AUGUST = "2024年8月完成情况（市重点）"
SEPTEMBER = "2024年9月完成情况（市重点）"


@pytest.fixture
def seals() -> list[Bulletin]:
    project = build.project(organisation=build.town("罗溪镇"))
    build.listing(project)
    build.milestone(project, "started", "2024-05-01")
    return [build.seal(f"2024-0{month}") for month in (7, 8, 9)]


def verified() -> list[str]:
    said = StringIO()
    call_command("verify_seals", stdout=said)
    return said.getvalue().splitlines()


def first_fault() -> str:
    with pytest.raises(CommandError) as refusal:
        call_command("verify_seals", stdout=StringIO())
    assert refusal.value.returncode == 1
    return str(refusal.value)


def test_an_intact_chain_has_one_line_a_seal(seals) -> None:
    assert verified() == [f"完好 {seal.as_of} {seal.digest[:12]} 《{seal.title}》" for seal in seals]


def test_without_seals_there_is_nothing_to_verify() -> None:
    build.bulletin(figures={"started": 29})

    assert verified() == ["还没有封存的月份。"]


def test_later_writes_of_the_register_alter_no_seal(seals) -> None:
    project = build.project("新项目")
    build.listing(project)
    build.milestone(project, "started", "2024-06-01")
    build.light_rule()

    assert len(verified()) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"content": "{}"},
        {"digest": "0" * 64},
        {"previous_digest": "0" * 64},
        {"title": "2024年8月完成情况（另一期）"},
        {"as_of": "2024-08-30"},
        {"year": 2023},
        {"level": "province"},
        {"sealed_at": "2024-09-01T00:00:00+08:00"},
        {"sealed_by": None},
        {"kind": "published", "source": "a source"},
    ],
)
def test_whatever_is_altered_the_first_bulletin_is_named(seals, change: dict) -> None:
    if "source" in change:
        change = change | {"source": build.source()}
    Bulletin.objects.filter(pk=seals[1].pk).update(**change)

    assert change.get("title", seals[1].title) in first_fault()
    assert not checked_seals()[0].fault


def test_of_two_the_first_is_named(seals) -> None:
    Bulletin.objects.filter(pk__in=[seals[1].pk, seals[2].pk]).update(content="{}")

    assert AUGUST in first_fault()


def test_a_content_rewritten_with_its_digest_is_named(seals) -> None:
    seal = seals[1]
    content = seal.content.replace('"projects":1', '"projects":9')
    Bulletin.objects.filter(pk=seal.pk).update(
        content=content, digest=digest_of(seal.previous_digest, content)
    )

    assert AUGUST in first_fault()
    assert "历史记录不符" in first_fault()


def test_a_content_rewritten_with_digest_and_history_breaks_the_chain(seals) -> None:
    seal = seals[1]
    content = seal.content.replace('"projects":1', '"projects":9')
    changed = {"content": content, "digest": digest_of(seal.previous_digest, content)}
    Bulletin.objects.filter(pk=seal.pk).update(**changed)
    Bulletin.history.filter(id=seal.pk).update(**changed)

    assert first_fault()


def test_a_content_with_a_digest_and_other_columns_is_named(seals) -> None:
    Bulletin.objects.filter(pk=seals[2].pk).update(as_of="2024-09-29")
    Bulletin.history.filter(id=seals[2].pk).update(as_of="2024-09-29")

    assert f"《{SEPTEMBER}》被改动：标题、截至日" in first_fault()


@pytest.mark.parametrize(
    "change", [{"amount": 9}, {"printed": "9个"}, {"code": "completed"}, {"level": ""}, {"share": "1.5"}]
)
def test_a_figure_that_says_something_else_is_named(seals, change: dict) -> None:
    Figure.objects.filter(bulletin=seals[1], code="started", organisation=None).update(**change)

    assert f"《{AUGUST}》被改动：数字“" in first_fault()


def test_a_figure_taken_out_or_slipped_in_is_named(seals) -> None:
    Figure.objects.filter(bulletin=seals[1], code="started", organisation=None).delete()
    assert AUGUST in first_fault()

    figure = Figure(bulletin=seals[0], code="signed", label="签约", unit="count", amount=1, level="city")
    Figure.objects.bulk_create([figure])
    assert "2024年7月" in first_fault()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_seal_taken_out_is_named_even_the_last(seals, place: int) -> None:
    Bulletin.objects.filter(pk=seals[place].pk).delete()

    assert f"《{seals[place].title}》被改动：封存记录已被删除" in first_fault()


def test_a_forged_seal_at_the_end_is_named(seals) -> None:
    last = seals[-1]
    forged = Bulletin(
        title="2024年10月完成情况（市重点）",
        kind="sealed",
        year=2024,
        as_of="2024-10-31",
        level="city",
        content=last.content,
        previous_digest=last.digest,
        digest=digest_of(last.digest, last.content),
        sealed_at=build.moment("2099-01-01"),
    )
    Bulletin.objects.bulk_create([forged])

    assert "《2024年10月完成情况（市重点）》被改动：没有封存时留下的历史记录" in first_fault()


@pytest.mark.parametrize("count", [1, 6])
def test_three_queries(count: int, django_assert_num_queries) -> None:
    for month in range(1, count + 1):
        build.seal(f"2024-0{month}")

    with django_assert_num_queries(3):
        checked_seals()
