"""Marks on text that would be a formula: always there, and always taken off again exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.files.shield import SIGNS, shield, unshield

signs = st.text(alphabet=st.sampled_from([*SIGNS, "'", " ", "1", "甲"]), max_size=8)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1"])
def test_what_would_be_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert shield(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "热泵机组", "3-5", "a=1", "'引号", "0519"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert shield(text) == unshield(text) == text


@given(st.text() | signs)
def test_nothing_that_leaves_begins_with_a_sign_and_all_of_it_comes_back(text: str) -> None:
    assert not shield(text).lstrip(" \u3000").startswith(tuple(SIGNS))
    assert unshield(shield(text)) == text
