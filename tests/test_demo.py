"""The demonstration district: marked, repeatable, and never among real data."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django.fixtures import Settings

from projects.demo import demonstrate
from projects.models import (
    AnnualPlan,
    Bulletin,
    Evidence,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Problem,
    Project,
    Target,
    User,
)
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import order_faults
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
MADE = (
    Organisation,
    Project,
    Participation,
    Listing,
    AnnualPlan,
    Milestone,
    MonthlyReport,
    Problem,
    Target,
    Evidence,
)


def shown(folder: Path, *, seed: int = 1, projects: int = 12) -> list[tuple[object, ...]]:
    """What was made, without keys and moments."""
    demonstrate(projects, seed=seed, today=TODAY, accounts=folder / "accounts.txt")
    rows = Milestone.objects.order_by("project__name", "stage")
    return list(rows.values_list("project__name", "stage", "planned_on", "current_on", "reached_on"))


def test_everything_is_marked_and_has_its_history(tmp_path: Path) -> None:
    shown(tmp_path, projects=40)

    assert Project.objects.count() == 40
    assert not Project.objects.exclude(name__contains="演示", enterprise__contains="演示").exists()
    assert not Project.objects.exclude(source__title__contains="演示").exists()
    for model in MADE:
        known = set(model.history.values_list("id", flat=True))
        assert model.objects.exists(), model
        assert set(model.objects.values_list("pk", flat=True)) == known


def test_every_record_would_pass_the_forms_judge(tmp_path: Path) -> None:
    shown(tmp_path)

    for model in MADE:
        for record in model.objects.all():
            record.full_clean()
    for project in Project.objects.all():
        assert order_faults(milestone.as_step() for milestone in project.milestones.all()) == []
        assert Project.objects.matching(project.name[:4]).contains(project)


def test_the_newest_entry_of_a_history_is_the_record_as_it_stands(tmp_path: Path) -> None:
    shown(tmp_path)

    for model in (Project, Milestone, MonthlyReport, Target):
        columns = [field.attname for field in model.history.model.tracked_fields]
        stands = {
            record.pk: [getattr(record, column) for column in columns] for record in model.objects.all()
        }
        latest = model.history.latest_of_each()
        assert {entry.id: [getattr(entry, column) for column in columns] for entry in latest} == stands
        entries = model.history.order_by("history_date", "history_id").values_list("id", "history_type")
        first = dict(reversed(list(entries)))
        assert set(first.values()) == {"+"}
        assert Counter(kind for _, kind in entries)["+"] == len(stands)


def test_the_same_seed_and_day_make_the_same_district(tmp_path: Path) -> None:
    made = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            made.append(shown(tmp_path, seed=seed))
            transaction.set_rollback(True)

    assert made[0] == made[1] != made[2]


def test_plans_move_with_a_reason_and_reports_come_late(tmp_path: Path) -> None:
    shown(tmp_path, projects=40)

    moved = Milestone.history.filter(history_change_reason__startswith="推迟")
    assert moved.exclude(reason="").count() == moved.count() > 20
    late = MonthlyReport.history.filter(history_change_reason__startswith="更正：补报")
    assert late.exists()
    assert all((entry.history_date.date() - entry.month).days > 40 for entry in late)
    states = set(MonthlyReport.objects.values_list("state", flat=True))
    assert states >= {"submitted", "approved", "returned"}
    assert MonthlyReport.objects.filter(unchanged=True, invested=0).exists()
    assert MonthlyReport.objects.filter(month=date(2025, 1, 1), accepted__isnull=False).count() == 0


def test_targets_are_set_for_every_list_with_curves_due_months_and_one_accepted_reason(
    tmp_path: Path,
) -> None:
    shown(tmp_path, projects=40)

    assert set(Target.objects.values_list("year", flat=True)) == {2025, 2026}
    assert set(Target.objects.values_list("level", flat=True)) == {"", "province", "city", "district"}
    assert set(Target.objects.filter(indicator="started").values_list("due_month", flat=True)) == {9}
    assert Target.objects.filter(organisation=None, indicator="invested", curve__isnull=False).exists()
    assert Target.objects.exclude(accepted_reason="").count() == 1


def test_nothing_is_reached_after_today(tmp_path: Path) -> None:
    shown(tmp_path)

    assert not Milestone.objects.filter(reached_on__gt=TODAY).exists()
    assert not Milestone.history.filter(history_date__date__gt=TODAY + timedelta(days=1)).exists()


def test_each_role_gets_an_account_and_a_town_its_own(tmp_path: Path) -> None:
    shown(tmp_path)

    names = set(User.objects.values_list("username", flat=True))
    assert {"leader", "staff", "office", "admin"} < names
    lines = (tmp_path / "accounts.txt").read_text().splitlines()
    assert len(lines) == User.objects.count()


def test_real_data_is_never_joined(tmp_path: Path) -> None:
    build.project("真实项目")

    with pytest.raises(RuleBroken, match="演示数据只能写入空库"):
        shown(tmp_path)
    assert list(Project.objects.values_list("name", flat=True)) == ["真实项目"]
    assert not (tmp_path / "accounts.txt").exists()


def test_what_was_deleted_was_real_too(tmp_path: Path) -> None:
    build.project("真实项目").delete()
    Organisation.objects.all().delete()

    with pytest.raises(RuleBroken, match="not empty"):
        shown(tmp_path)


@pytest.fixture
def installation(settings: Settings, tmp_path: Path) -> Settings:
    settings.VAR_DIR, settings.DEMO_MARK = tmp_path, tmp_path / "demonstration"
    return settings


def test_the_command_fills_seals_and_marks_the_folder(installation: Settings) -> None:
    call_command("demo", projects=12)

    sealed = Bulletin.objects.order_by("as_of")
    assert len(sealed) >= 12
    assert all(later.previous_digest == earlier.digest for earlier, later in pairwise(sealed))
    assert installation.DEMO_MARK.is_file()
    with pytest.raises(CommandError, match=r"空库.*empty"):
        call_command("demo", projects=1)
    assert Project.objects.count() == 12


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/nowhere/", "/projects/", "/completion/", "/admin/"]
)
def test_every_page_says_that_nothing_is_real(installation: Settings, address: str) -> None:
    installation.DEMO = True

    assert (
        "演示数据，非真实项目" in build.browser_of(build.office()).get(address, follow=True).content.decode()
    )


def test_a_real_register_says_nothing_of_the_kind(installation: Settings) -> None:
    assert "演示" not in build.browser_of(build.leader()).get("/projects/").content.decode()
