"""The demonstration district: marked, repeatable, and never among real data."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from projects.actions.demonstration import demonstrate
from projects.models import Milestone, MonthlyReport, Project, Target, User
from projects.rules.broken import RuleBroken
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def shown(folder: Path, *, seed: int = 1, projects: int = 12) -> list[tuple[object, ...]]:
    """What was made, without keys and moments."""
    demonstrate(projects, seed=seed, today=TODAY, accounts=folder / "accounts.txt")
    rows = Milestone.objects.order_by("project__name", "stage")
    return list(rows.values_list("project__name", "stage", "planned_on", "current_on", "reached_on"))


def test_everything_is_marked_and_has_its_history(tmp_path: Path) -> None:
    shown(tmp_path)

    assert Project.objects.count() == 12
    assert not Project.objects.exclude(name__contains="演示").exists()
    for model in (Project, Milestone, MonthlyReport, Target):
        known = set(model.history.values_list("id", flat=True))
        assert model.objects.exists()
        assert set(model.objects.values_list("pk", flat=True)) <= known


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
