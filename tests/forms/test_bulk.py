"""What may be typed for many projects at once: which, when, and which facts."""

from datetime import date

import pytest

from projects.forms.bulk import AssignForm, ChosenForm, EnlistForm, MoveForm
from projects.models import Organisation
from projects.vocabulary import Level, Precision, Stage
from tests import build

TODAY = date(2024, 10, 31)


def move(*, count: int = 3, **typed: str) -> MoveForm:
    sent = {"stage": "started", "on": "2024-03-15", "precision": "day", "days": "", "reason": ""} | typed
    return MoveForm(sent, count=count, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "pks"), [("3,1,2", [3, 1, 2]), ("7", [7]), ("2,2,1,2", [2, 1]), ("5,,6,", [5, 6])]
)
def test_projects_stand_in_the_order_shown_and_once(typed, pks):
    form = ChosenForm({"projects": typed})
    assert form.is_valid()
    assert form.cleaned_data["projects"] == pks


@pytest.mark.parametrize("typed", ["", "1,x", "1;2", ",", "٣x"])
def test_what_is_no_list_of_projects_is_refused(typed):
    assert not ChosenForm({"projects": typed}).is_valid()


def test_the_hidden_field_says_the_same_again():
    assert 'value="3,1,2"' in str(ChosenForm(initial={"projects": [3, 1, 2]})["projects"])


def test_one_day_stands_for_all():
    form = move(precision="month")
    assert form.is_valid()
    assert form.cleaned_data["stage"] is Stage.STARTED
    assert form.periods == [(date(2024, 3, 15), Precision.MONTH)] * 3


def test_a_column_is_read_line_by_line_and_goes_before_the_one_day():
    form = move(on="", days="2024/3/15\r\n3月底\r\n２０２４年一季度\r\n")
    assert form.is_valid()
    assert form.periods == [
        (date(2024, 3, 15), Precision.DAY),
        (date(2024, 3, 31), Precision.MONTH),
        (date(2024, 3, 31), Precision.QUARTER),
    ]


def test_lines_that_say_no_day_carry_the_reason():
    form = move(days="\n上周\n1924-03-15")
    assert form.is_valid()
    assert form.periods[0] == "没有填日期。"
    assert form.periods[1].startswith("看不懂日期“上周”")
    assert form.periods[2] == "日期应在 2000 年到 2100 年之间。"


@pytest.mark.parametrize("days", ["2024-03-15\n2024-03-16\n", "1月\n2月\n3月\n4月", "\n\n\n2024-03-15"])
def test_a_column_must_have_a_line_for_each_project(days):
    form = move(days=days)
    assert not form.is_valid()
    assert "共 3 个项目，粘贴了" in form.errors["days"][0]


@pytest.mark.parametrize("days", ["1月\n2月\n3月\n\n\n", "1月\n\n\n"])
def test_empty_cells_at_the_end_of_a_column_do_no_harm(days):
    form = move(days=days)
    assert form.is_valid()
    assert len(form.periods) == 3


@pytest.mark.parametrize(
    "typed", [{"on": ""}, {"on": "", "days": "  \n "}, {"on": "1066-01-01"}, {"stage": "moon"}]
)
def test_without_a_sound_day_or_stage_it_is_refused(typed):
    assert not move(**typed).is_valid()


@pytest.mark.django_db
def test_only_what_was_filled_in_is_assigned():
    luoxi = build.town("罗溪镇")
    everywhere = Organisation.objects.all()
    form = AssignForm(
        {"organisation": str(luoxi.pk), "contact": " 王芳 ", "reason": "试"}, organisations=everywhere
    )
    assert form.is_valid()
    assert form.values == {"organisation": luoxi, "contact": "王芳"}
    assert not AssignForm({"reason": "试"}, organisations=everywhere).is_valid()
    assert not AssignForm({"contact": "王芳"}, organisations=everywhere).is_valid()


@pytest.mark.django_db
def test_a_town_is_a_town_as_on_the_page_of_a_project():
    park = build.park("综合保税区")
    form = AssignForm({"town": str(park.pk), "reason": "试"}, organisations=Organisation.objects.all())
    assert "town" in form.errors


@pytest.mark.django_db
def test_a_place_on_a_list():
    sent = {"year": "2024", "year_sure": "2024", "level": "city", "category": "", "reason": "名单下达"}
    form = EnlistForm(sent)
    assert form.is_valid()
    assert form.cleaned_data["level"] is Level.CITY
    assert "year" in EnlistForm(sent | {"year": ""}).errors
    assert "reason" in EnlistForm(sent | {"reason": " "}).errors
    assert "年度应在 2000 到 2100 之间。" in str(EnlistForm(sent | {"year": "1999"}).errors)
