"""Every address, really asked by every kind of account, answers what the checked-in list says.

After a change of addresses or rights: `.venv/bin/python -m tests.rights --write`, and read what changed.
"""

import pytest

from tests.rights import matrix, world

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("column", matrix.ACCOUNTS)
def test_the_answers_are_those_of_the_list(column: str) -> None:
    answered = matrix.answers(world.make(), column)
    listed = matrix.listed(column)

    changed = {
        shape: f"{listed.get(shape, 'not listed')} → {answered.get(shape, 'no address')}"
        for shape in answered.keys() | listed.keys()
        if listed.get(shape) != answered.get(shape)
    }
    assert changed == {}, f"{column}: then run `python -m tests.rights --write` and read what changed"


@pytest.mark.parametrize("column", ["nobody", "no role"])
def test_who_has_no_right_reads_nothing_but_the_own_account_and_the_manual(column: str) -> None:
    """Read off the list, so that a wrong list does not pass as well."""
    opened = {
        shape
        for shape, cell in matrix.listed(column).items()
        if cell.startswith("200") and not shape.startswith("/accounts/second-factor/")
    }
    public = {"/accounts/login/", "/healthz", "/readyz", "/manifest.webmanifest"}
    own = {"/account/", "/accounts/password_change/", "/accounts/reauthenticate/", "/help/", "/help/{}/"}
    assert opened == (public if column == "nobody" else (public | own) - {"/accounts/login/"})


def test_the_admin_opens_for_the_office_and_administrators_alone() -> None:
    for column in set(matrix.ACCOUNTS) - {"office", "admin"}:
        opened = {
            shape
            for shape, cell in matrix.listed(column).items()
            if shape.startswith("/admin/") and "200" in cell
        }
        assert opened == set(), column
