"""Setting up a second factor and signing in with it, in a browser under the strict content policy."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from tests import build
from tests.browser.conftest import SignIn
from tests.signin.test_second_factor import code_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_office_user_sets_it_up_and_signs_in_with_it(
    sign_in: SignIn, settings: Settings, live_server
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset({"office"})
    office = build.office()
    page = sign_in(office, "/accounts/second-factor/activate/")
    expect(page.get_by_role("img", name="验证器的二维码").locator("svg")).to_be_visible()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("验证码").fill(code_of(secret, steps=-1))
    page.get_by_role("button", name="设置", exact=True).click()

    expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
    expect(page.locator("code.secret")).to_have_count(10)
    code = page.locator("code.secret").first.inner_text()
    page.get_by_role("link", name="抄好了，继续").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()

    page.get_by_role("button", name="退出").click()
    page.get_by_label("用户名").fill(office.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="第二步验证")).to_be_visible()
    page.get_by_label("验证码").fill("12")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
    used = Authenticator.objects.get(user=office, type="recovery_codes").wrap()
    assert code not in used.get_unused_codes()
