"""What the API answers, read as a program reads it."""

from typing import Any

from django.http import HttpResponse

from projects.rules.problem_details import TITLES


def told(response: HttpResponse, status: int = 200) -> Any:
    """The record of an answer; of a refusal the members of its problem beside the four that every problem has.

    The sentence of a problem stays where nothing says more.
    """
    kind = "application/problem+json" if status >= 400 else "application/json"
    assert (response.status_code, response["Content-Type"]) == (status, kind), response.content.decode()[:500]
    said = response.json()
    if status < 400:
        return said
    assert (said.pop("type"), said.pop("title"), said.pop("status")) == (
        "about:blank",
        TITLES[status],
        status,
    )
    if set(said) == {"detail", "errors"}:
        assert said.pop("detail")
    return said
