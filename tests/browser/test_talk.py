"""A comment with a mention, and a fact changed in its place, in the browser."""

import pytest
from playwright.sync_api import expect

from projects.models import Comment
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_name_is_offered_behind_an_at_and_taken_by_keyboard(sign_in, live_server) -> None:
    luoxi = build.town("罗溪镇")
    wang = build.staff(luoxi, last_name="王", first_name="敏")
    build.staff(build.town("奔牛镇"), last_name="王", first_name="强")
    project = build.project("热泵", organisation=luoxi)
    page = sign_in(build.office(), f"/projects/{project.pk}/")

    text = page.get_by_label("写评论", exact=True).last
    text.click()
    page.keyboard.type("请@王")
    names = page.get_by_role("listbox", name="提到谁")
    expect(names.get_by_role("option")).to_have_count(1)
    expect(names).to_contain_text("王敏")
    page.keyboard.press("Enter")
    expect(text).to_have_value("请@王敏 ")
    expect(names).to_be_hidden()
    page.keyboard.type("看一下")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("已发送，王敏会在待办里看到。")
    assert [mention.person for mention in Comment.objects.get().mentions.all()] == [wang]

    page = sign_in(wang, "/todo/")
    page.get_by_role("button", name="查看并回复：热泵").click()
    expect(page.locator(".mention")).to_have_text("@王敏")
    page.goto(f"{live_server.url}/todo/")
    expect(page.get_by_text("提到我的")).to_have_count(0)


def test_a_phone_number_is_changed_in_three_clicks(sign_in, live_server) -> None:
    project = build.project("热泵", contact_phone="138")
    page = sign_in(build.office(), f"/projects/{project.pk}/")

    page.get_by_role("link", name="修改联系电话").click()
    field = page.get_by_role("textbox", name="联系电话", exact=True)
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="修改联系电话")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    field.fill("139")
    page.keyboard.press("Enter")
    expect(page.locator("#fact_contact_phone dd")).to_contain_text("139")
    expect(page.get_by_role("link", name="修改联系电话")).to_be_focused()
    project.refresh_from_db()
    assert project.contact_phone == "139"


def test_an_escape_as_quick_as_the_field_opens_closes_it_on_the_same_page(sign_in) -> None:
    project = build.project("热泵", contact_phone="138")
    page = sign_in(build.office(), f"/projects/{project.pk}/")
    page.evaluate("""() => {
        document.addEventListener("focusin", ({ target }) => {
            if (target.name !== "contact_phone") return;
            setTimeout(() => target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));
        });
    }""")

    with page.expect_response("**/facts/contact_phone/?shown=1"):
        page.get_by_role("link", name="修改联系电话").click()
    expect(page.get_by_role("textbox", name="联系电话", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="修改联系电话")).to_be_focused()
