"""A person at a real browser: signs in as the page asks, and complains of whatever the console complains of."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from projects.models import User
from tests import build

type SignIn = Callable[[User, str], Page]

NO_PAGE = "/no-such-page/"

PATIENCE = 120_000
"""Milliseconds that the browser waits for a page or an element: a busy machine is no fault of the page."""

expect.set_options(timeout=PATIENCE)


def _is_fault(message: ConsoleMessage) -> bool:
    """Whether the console complains of anything but a page that a test knows not to be there."""
    return message.type == "error" and not message.location["url"].endswith(NO_PAGE)


def _worded(message: ConsoleMessage) -> str:
    return f"{message.text} {message.location['url']}"


@pytest.fixture
def sign_in(page: Page, live_server) -> Iterator[SignIn]:
    """Signs a person in and opens an address; any error in the console fails the test."""
    complaints: list[str] = []
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: complaints.append(_worded(message)) if _is_fault(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def enter(user: User, address: str = "/") -> Page:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/accounts/login/?next={address}")
        page.get_by_label("用户名").fill(user.username)
        page.get_by_label("密码").fill(build.PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{live_server.url}{address}")
        return page

    yield enter
    assert complaints == []
