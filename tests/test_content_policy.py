"""The content policy allows files of this site only, on every kind of page, signed in or not."""

import pytest
from django.urls import reverse

from tests import build

pytestmark = pytest.mark.django_db

PAGES = ["/accounts/login/", "/completion/", "/projects/", "/todo/", "/admin/", "/no-such-page/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_and_loads_nothing_from_elsewhere(path):
    policy = build.browser_of(build.admin()).get(path)["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


def test_the_sign_in_page_has_the_policy_too(client):
    assert "default-src 'none'" in client.get(reverse("account_login"))["Content-Security-Policy"]
