"""The grid and the sheet of one target: what may be typed, and what counts as a change."""

import pytest
from django.http import QueryDict

from projects.forms.target import CurveField, TargetForm, TargetGridForm, TargetsQuestion
from projects.vocabulary import Indicator
from tests import build

UNITS = {None: "全区", 7: "罗溪镇"}
INCOMPLETE = "表单不完整，请刷新页面后重新填写。"


def grid(amounts: dict, **typed: str) -> TargetGridForm:
    """The grid as a browser sends it: every cell with the amount it was shown with, then what was typed."""
    shown = TargetGridForm(None, units=UNITS, amounts=amounts)
    sent = QueryDict(mutable=True)
    for name in shown.cells:
        sent[name] = sent[f"initial-{name}"] = str(shown[name].value() or "")
    sent.update(typed)
    return TargetGridForm(sent, units=UNITS, amounts=amounts)


def test_an_untouched_grid_changes_nothing():
    form = grid({(None, Indicator.INVESTED): 64_740_000_000, (7, Indicator.STARTED): 12})
    assert form.is_valid()
    assert form.changes == {}


def test_a_cell_reads_money_in_yi_or_with_its_unit_and_counts_as_whole_numbers():
    form = grid(
        {}, **{"0-invested": "647.4", "7-invested": "6000万元", "7-started": "１２", "0-entered": " 0 "}
    )
    assert form.is_valid()
    assert form.changes == {
        (None, Indicator.INVESTED): (None, 64_740_000_000),
        (7, Indicator.INVESTED): (None, 60_000_000),
        (7, Indicator.STARTED): (None, 12),
        (None, Indicator.ENTERED): (None, 0),
    }


def test_the_same_amount_written_otherwise_is_no_change():
    form = grid({(None, Indicator.INVESTED): 64_740_000_000}, **{"0-invested": "647.40亿元"})
    assert form.is_valid()
    assert form.changes == {}


@pytest.mark.parametrize("typed", ["13", ""])
def test_what_was_set_is_changed_or_taken_back_with_a_reason_only(typed: str):
    amounts = {(7, Indicator.STARTED): 12}
    silent, told = (
        grid(amounts, **{"7-started": typed}),
        grid(amounts, **{"7-started": typed, "reason": "会议"}),
    )
    assert silent.errors == {"reason": ["修改或取消已有的目标，请写明原因。"]}
    assert told.is_valid()
    assert told.changes == {(7, Indicator.STARTED): (12, int(typed) if typed else None)}


@pytest.mark.parametrize(
    ("cell", "typed", "said"),
    [
        ("7-started", "-1", "大于或等于0"),
        ("7-started", "12.5", "输入整数"),
        ("7-started", "12个", "输入整数"),
        ("7-started", "100000", "小于或等于99999"),
        ("7-invested", "-1", "金额不能为负"),
        ("7-invested", "约10", "看不懂金额"),
        ("7-invested", "1亿美元", "这里填人民币金额"),
    ],
)
def test_a_bad_cell_is_named(cell: str, typed: str, said: str):
    form = grid({}, **{cell: typed})
    assert list(form.errors) == [cell]
    assert said in form.errors[cell][0]


def test_a_cell_that_was_not_sent_is_left_alone():
    form = TargetGridForm(
        QueryDict("initial-7-started=12"), units=UNITS, amounts={(7, Indicator.STARTED): 12}
    )
    assert form.is_valid()
    assert form.changes == {}


def test_a_tampered_memory_of_the_cell_is_refused():
    form = grid({(7, Indicator.STARTED): 12}, **{"initial-7-started": "x"})
    assert form.non_field_errors() == [INCOMPLETE]


def test_every_cell_says_its_unit_and_indicator():
    field = TargetGridForm(None, units=UNITS, amounts={}).cell(7, Indicator.INVESTED)
    assert 'aria-label="罗溪镇 完成投资（亿元）"' in str(field)


def test_the_question_has_a_year_and_the_municipal_list_unless_told():
    plain, told = TargetsQuestion({"year": ""}, year=2024), TargetsQuestion({"level": "all"}, year=2024)
    assert plain.is_valid()
    assert told.is_valid()
    assert (plain.cleaned_data["year"], plain.level_code, told.level_code) == (2024, "city", "")


def test_a_curve_of_money_is_typed_in_yi():
    field = CurveField("invested")
    typed = [f"{month}" for month in range(1, 13)]
    stored = [month * build.YI for month in range(1, 13)]
    assert field.clean(typed) == stored
    assert field.prepare_value(stored) == typed
    assert not field.has_changed(stored, typed)
    assert field.has_changed(stored, [*typed[:11], "12.5"])
    assert field.clean([""] * 12) is None


def terms(target, **changed: object) -> TargetForm:
    """The sheet of a target as a browser sends it back."""
    shown = TargetForm(None, instance=target, version=1)
    sent = {name: shown[name].value() for name in shown.fields if name not in ("curve", "stated_met")}
    sent |= {f"curve_{month}": "" for month in range(12)}
    sent |= {"stated_met": "on"} if target.stated_met else {}
    return TargetForm(
        {name: value or "" for name, value in (sent | changed).items()}, instance=target, version=1
    )


RISING = {f"curve_{month}": str(month + 1) for month in range(12)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({}, {}),
        ({"reason": "没有改动也可以写"}, {}),
        ({"due_month": "9", "reason": "提前"}, {}),
        ({"due_month": "9"}, {"reason": ["修改目标，请写明原因。"]}),
        (RISING | {"reason": "下达逐月计划"}, {}),
        (RISING | {"curve_11": "11", "reason": "短"}, {"curve": ["十二月的累计值应等于年度目标值。"]}),
        (RISING | {"curve_3": "9", "reason": "降"}, {"curve": ["逐月累计计划只能逐月增加或持平。"]}),
        (RISING | {"curve_3": "", "reason": "缺"}, {"curve": ["逐月累计计划须填满十二个月，或全部留空。"]}),
        (RISING | {"curve_3": "x", "reason": "错"}, {"curve": ["输入整数。"]}),
        (
            {"amount": "", "reason": "删"},
            {"__all__": ["没有目标值时，须有来源说明目标已完成。"]},
        ),
        ({"due_month": "13", "reason": "错"}, {"due_month": ["选择一个有效的选项。 13 不在可用的选项中。"]}),
    ],
)
def test_the_terms_of_a_target(changed: dict, faults: dict):
    form = terms(build.target("started", 12), **changed)
    assert form.errors == faults
    assert form.changes_terms == bool(set(changed) - {"reason"})


@pytest.mark.django_db
def test_a_statement_without_an_amount_stays_one():
    form = terms(build.target("started", None), accepted_reason="来源已说明", reason="会议")
    assert form.is_valid()
    assert form.instance.amount is None
