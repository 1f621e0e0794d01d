"""What failures are counted under, and back."""

import pytest

from projects.rules.sign_ins import account_of, counted_as


@pytest.mark.parametrize(("device", "counted"), [("", "wang"), ("0a1b", "wang#0a1b")])
def test_an_account_is_found_again(device: str, counted: str) -> None:
    assert counted_as("wang", device) == counted
    assert account_of(counted) == "wang"
