"""What a phone asks for to put the register on its home screen."""

import pytest
from django.contrib.staticfiles import finders

from tests import build

pytestmark = pytest.mark.django_db


def test_a_phone_gets_it_without_a_session() -> None:
    response = build.browser_of(None).get("/manifest.webmanifest")

    assert response["Content-Type"] == "application/manifest+json"
    content = response.json()
    assert (content["name"], content["short_name"]) == ("常州高新区重大项目", "重大项目")
    assert (content["start_url"], content["display"]) == ("/", "standalone")
    assert {icon["purpose"] for icon in content["icons"]} == {"any", "maskable"}


def test_its_icons_are_there_and_every_page_names_it() -> None:
    content = build.browser_of(None).get("/manifest.webmanifest").json()
    page = build.browser_of(None).get("/accounts/login/").content.decode()

    assert [finders.find(icon["src"].removeprefix("/static/")) is None for icon in content["icons"]] == [
        False
    ] * 3
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert 'rel="apple-touch-icon"' in page
