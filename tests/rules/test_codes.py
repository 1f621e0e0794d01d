import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.codes import credit_code_check, credit_code_fault, normalise, project_code_fault

# By hand: the characters 9 1 3 2 0 4 1 1 M A (M = 21, A = 10), then zeros, meet the weights
# 3^(i−1) mod 31 = 1 3 9 27 19 26 16 17 20 29: Σ = 9+3+27+54+0+104+16+17+420+290 = 940 = 30·31 + 10.
# 31 − 10 = 21 is M.
BY_HAND = "91320411MA0000000M"


def test_the_check_character_follows_the_standard() -> None:
    assert credit_code_check(BY_HAND[:17]) == "M"
    assert credit_code_fault(BY_HAND) is None


def test_a_sum_that_is_divisible_checks_with_zero() -> None:
    assert credit_code_check("0" * 17) == "0"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "统一社会信用代码应为18位，现为0位"),
        (BY_HAND[:17], "统一社会信用代码应为18位，现为17位"),
        ("91320411MA000000OM", "统一社会信用代码第17位“O”无效"),
        (BY_HAND.lower(), "统一社会信用代码第9位“m”无效"),
        (BY_HAND[:17] + "N", "统一社会信用代码校验位不符"),
        ("91320412MA0000000M", "统一社会信用代码校验位不符"),
    ],
)
def test_it_says_what_is_wrong_with_a_credit_code(code: str, fault: str) -> None:
    found = credit_code_fault(code)
    assert found is not None
    assert found.startswith(fault)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 16))
def test_one_wrong_character_is_always_found(first: str, place: int) -> None:
    code = first + credit_code_check(first)
    wrong = code[:place] + ("1" if code[place] != "1" else "2") + code[place + 1 :]
    assert credit_code_fault(code) is None
    assert credit_code_fault(wrong) is not None


@pytest.mark.parametrize(
    "code",
    [
        "2405-320411-04-01-123456",
        "2001-320411-89-05-00001X",
        "2015-320411-36-03-512345",
        "2020-320411-70-03-500001",
    ],
)
def test_project_codes_of_both_ages_are_well_formed(code: str) -> None:
    assert project_code_fault(code) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "项目代码应为五段"),
        ("2405320411040112345", "项目代码应为五段"),
        ("2405-320411-04-01-12345", "项目代码应为五段"),
        ("2413-320411-04-01-123456", "项目代码第一段“2413”"),
        ("2014-320411-04-01-123456", "项目代码第一段“2014”"),
        ("1905-320411-04-01-123456", "项目代码第一段“1905”"),
        ("2405-32041X-04-01-123456", "项目代码第二段“32041X”"),
        ("2405-320411-0A-01-123456", "项目代码只能由数字组成"),
        ("2015-320411-36-03-51234X", "项目代码只能由数字组成"),
        ("2405-３２０４１１-04-01-123456", "项目代码第二段"),
    ],
)
def test_it_says_what_is_wrong_with_a_project_code(code: str, fault: str) -> None:
    found = project_code_fault(code)
    assert found is not None
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 91320411ma0000000m\n", BY_HAND),
        ("９１３２０４１１ＭＡ０００００００Ｍ", BY_HAND),
        ("2405—320411–04－01-123456", "2405-320411-04-01-123456"),
    ],
)
def test_typed_codes_are_brought_to_one_form(typed: str, code: str) -> None:
    assert normalise(typed) == code
