"""A day that lies ahead holds plans and no facts: every page, workbook and system that asks for it is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import build

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/completion/",
    "/completion/attention/",
    "/completion/screen/",
    "/completion/invested/",
    "/completion/export.xlsx",
    "/completion/export.csv",
    "/completion/attention/export.xlsx",
    "/completion/started/export.csv",
)


def asked(name: str) -> tuple[str, str]:
    """A question about tomorrow, or about next year, and the sentence that refuses it."""
    today = timezone.localdate()
    tomorrow, this = today + timedelta(days=1), f"{today.year}年{today.month}月{today.day}日"
    return {
        "as_of": (f"as_of={tomorrow}", f"截至日不能晚于今天（{this}），以后的日期只有计划。"),
        "known_at": (f"known_at={tomorrow}", f"“当时所知”不能晚于今天（{this}）。"),
        "year": (f"year={today.year + 1}", f"{today.year + 1} 年还没有开始，最晚只能看到今天（{this}）。"),
    }[name]


@pytest.mark.parametrize("name", ["as_of", "known_at", "year"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_future_day_is_refused_with_a_sentence(address: str, name: str) -> None:
    query, sentence = asked(name)

    response = build.browser_of(build.leader()).get(f"{address}?{query}")

    assert response.status_code == 400
    assert sentence in response.content.decode()


@pytest.mark.parametrize("name", ["as_of", "known_at", "year"])
def test_another_system_is_refused_by_the_parameter(name: str) -> None:
    query, sentence = asked(name)

    response = build.browser_of(None).get(
        f"/api/v1/completion?{query}", headers=build.key_header(build.leader())
    )

    assert (response.status_code, response.json()["errors"]) == (400, {name: [sentence]})


@pytest.mark.parametrize("address", ADDRESSES)
def test_today_is_answered(address: str) -> None:
    response = build.browser_of(build.leader()).get(f"{address}?as_of={timezone.localdate()}")

    response.close()  # a workbook that nobody reads holds its place
    assert response.status_code == 200


def test_a_bulletin_of_a_day_ahead_does_not_set_the_day_of_the_page() -> None:
    today = timezone.localdate()
    ahead = today + timedelta(days=40)
    build.bulletin(ahead, figures={"started": 5})

    page = build.browser_of(build.leader()).get("/completion/").content.decode()

    assert f"截至 {today.year}年{today.month}月{today.day}日" in page
