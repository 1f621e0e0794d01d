"""A batch: what it is called, what it keeps, who sees it."""

from datetime import date

import pytest
from django.utils import timezone

from projects.models import Batch, User
from projects.models.batch import BatchChange, BatchRow
from projects.vocabulary import Precision
from tests import build

pytestmark = pytest.mark.django_db


def batch(by: User, *rows: BatchRow, state: str = "applied") -> Batch:
    entry = Batch(
        act="move", terms={"stage": "started"}, state=state, created_by=by, applied_at=timezone.now()
    )
    entry.keep(rows or [BatchRow(1, "甲")])
    return build.kept(entry)


@pytest.mark.parametrize(
    ("act", "terms", "words"),
    [
        ("move", {"stage": "started"}, "登记开工"),
        ("assign", {"organisation_id": 3, "linked_leader": "张"}, "修改责任单位、挂钩领导"),
        ("enlist", {"year": 2024, "level": "city", "category": ""}, "列入 2024 年市重点"),
    ],
)
def test_it_is_called_by_what_it_does(act, terms, words):
    assert str(Batch(act=act, terms=terms)) == words


def test_rows_come_back_as_they_were_kept():
    rows = (
        BatchRow(
            1, "甲", (BatchChange("开工", "", "2024年3月"),), period=(date(2024, 3, 31), Precision.MONTH)
        ),
        BatchRow(2, "乙", fault="不行", seen=7, written=8),
    )
    assert batch(build.office(), *rows).rows == rows
    stored = Batch.objects.get()
    assert stored.rows == rows
    assert stored.changed == 1


def test_one_sees_ones_own_and_keepers_what_was_carried_out():
    luoxi = build.town("罗溪镇")
    anna, ben, office = build.staff(luoxi), build.staff(luoxi), build.office()
    done, planned = batch(anna), batch(anna, state="preview")

    assert set(Batch.objects.visible_to(anna)) == {done, planned}
    assert set(Batch.objects.visible_to(ben)) == set()
    assert set(Batch.objects.visible_to(office)) == {done}
    assert list(Batch.objects.carried_out()) == [done]
