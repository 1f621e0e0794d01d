"""The door, the rights and the writer that all rooms of the admin share."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group

from projects.actions.batches.acts import Move
from projects.actions.batches.running import preview
from projects.models import (
    Batch,
    Bulletin,
    DistrictSettings,
    Evidence,
    Figure,
    HeadingChoice,
    Import,
    ImportRow,
    Industry,
    Inquiry,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Project,
    Reopening,
    SavedView,
    Source,
    User,
    Workbook,
)
from projects.vocabulary import Indicator, Precision, Stage
from tests import build
from tests.admin.desk import Reader, address, change_page, furnish, models, newest, send

pytestmark = pytest.mark.django_db

DIRECTORIES = {User, Group, Organisation, Industry, DistrictSettings}
ONLY_READ = {Reopening, Batch, Workbook, Import, ImportRow}  # written by actions only
FROM_NOTHING = {
    Group,
    SavedView,
    HeadingChoice,
    DistrictSettings,  # made by its own page
    Inquiry,  # asked on the pages of figures
    *ONLY_READ,
}  # roles come with the migrations; views are kept from the list
KNOWN_LATIN = {"article", "jpg", "SHA", "JSON", "JPG", "PNG", "WebP", "HEIC", "PDF", "xlsx"}


def pages(record) -> list[str]:
    tracked = [("history", record.history.first().pk)] if hasattr(record, "history") else []
    return [
        address(record),
        change_page(record),
        address(record, record.pk, "history"),
        *(address(record, record.pk, *tail) for tail in tracked),
    ]


def one_of(model):
    return model._base_manager.exclude(pk=None).first()


# The door


@pytest.mark.parametrize("make", [build.leader, build.staff, lambda: build.person(None), lambda: None])
def test_leaders_staff_and_outsiders_stay_outside(make):
    project = furnish()
    browser = build.browser_of(make())
    before = Project.history.count()
    for url in ("/admin/", address(Project), change_page(project), address(Project, "add")):
        for answer in (browser.get(url), browser.post(url, {"name": "改名", "reason": "试"})):
            assert answer.status_code == 302
            assert answer.url.startswith(("/admin/login/?next=", "/accounts/login/?next="))
    assert Project.history.count() == before


def test_the_admin_has_no_sign_in_of_its_own():
    """It would ask no second factor, and take another account than the one that is signed in."""
    admin, staff = build.admin(), build.staff()
    sent = {"username": admin.username, "password": build.PASSWORD}
    for make, leads_to in [
        (None, "/accounts/login/?next=/admin/projects/"),
        (build.office(), "/admin/"),
        (admin, "/admin/"),
    ]:
        browser = build.browser_of(make)
        before = browser.session.get("_auth_user_id")
        for answer in (
            browser.get("/admin/login/?next=/admin/projects/"),
            browser.post("/admin/login/?next=/admin/projects/", sent),
        ):
            assert (answer.status_code, answer.url) == (302, leads_to)
        assert browser.session.get("_auth_user_id") == before
    refused = build.browser_of(staff).post("/admin/login/", sent)
    assert refused.status_code == 403
    assert "后台只供项目办和管理员使用" in refused.content.decode()
    for hostile in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        answer = build.browser_of(None).get("/admin/login/", {"next": hostile})
        assert answer.url == "/accounts/login/?next=/admin/"


def test_ones_own_password_is_changed_on_the_page_of_the_site():
    assert build.browser_of(build.admin()).get("/admin/password_change/").url == "/accounts/password_change/"


def test_who_is_let_in_without_a_role_finds_an_empty_desk():
    browser = build.browser_of(build.person(None, is_staff=True))
    assert "重大项目" not in Reader(browser.get("/admin/")).words
    assert browser.get(address(Project)).status_code == 403


# The rights


@pytest.mark.parametrize("model", models())
def test_office_and_admin_open_what_is_theirs(model):
    furnish()
    record = one_of(model)
    keeps = {build.office(): model not in DIRECTORIES, build.admin(): True}
    for user, opens in keeps.items():
        browser = build.browser_of(user)
        for url in pages(record):
            assert browser.get(url).status_code == (200 if opens else 403), url
        adds = opens and model not in FROM_NOTHING
        assert browser.get(address(model, "add")).status_code == (200 if adds else 403)
        deletes = opens and model not in {User, Group, DistrictSettings, *ONLY_READ}
        assert browser.get(address(record, record.pk, "delete")).status_code == (200 if deletes else 403)


def test_a_batch_reads_as_what_it_did_and_a_preview_is_nobody_elses():
    project = furnish()
    keeper = User.objects.get(username="处长")
    moved = Move(Stage.COMPLETED, [(date(2024, 9, 30), Precision.DAY)])
    unseen = preview(moved, [project], writable=Project.objects.all(), by=keeper)
    done = Batch.objects.exclude(pk=unseen.pk).get()
    browser = build.browser_of(build.admin())

    words = " ".join(Reader(browser.get(change_page(done))).words)

    assert "登记开工" in words
    assert "热泵：实际日期 空 → 2024年3月15日" in words
    assert browser.get(change_page(unseen)).status_code == 302
    for record in (done, Reopening.objects.get()):
        assert browser.post(change_page(record), {"reason": "改"}).status_code == 403


def test_the_office_changes_no_directory_by_guessing_its_address():
    browser = build.browser_of(build.office())
    town = build.town()
    for url in (change_page(town), address(town, town.pk, "delete"), address(Organisation, "add")):
        assert browser.post(url, {"name": "改名", "post": "yes", "erase_reason": "试"}).status_code == 403
    assert Organisation.objects.get(pk=town.pk).history.count() == 1


# The look: policy and language


@pytest.fixture
def every_page():
    """Each page of the admin as the administrator sees it."""
    furnish()
    build.bulletin(kind="sealed", title="封存的通报")
    browser = build.browser_of(build.admin(username="管理员"))
    shown = {"/admin/": browser.get("/admin/")}
    for model in models():
        record = one_of(model)
        for url in (*pages(record), address(model, "add"), address(record, record.pk, "delete")):
            page = browser.get(url)
            if page.status_code == 200:
                shown[url] = page
    return shown


def test_a_strict_policy_and_nothing_that_it_would_refuse(every_page):
    for url, page in every_page.items():
        assert "unsafe" not in page.headers["Content-Security-Policy"], url
        assert Reader(page).inline == [], url


def test_it_speaks_chinese(every_page):
    for url, page in every_page.items():
        latin = set(re.findall(r"[A-Za-z]{3,}", " ".join(Reader(page).words)))
        codes = {word for word in latin if re.fullmatch(r"[a-f]+", word)} | set(Indicator)
        assert latin - codes - KNOWN_LATIN == set(), url


def test_the_desk_says_where_one_is(every_page):
    assert "常州高新区重大项目 · 后台" in every_page["/admin/"].content.decode()


# The writer


def test_a_change_keeps_who_and_why():
    source, office = build.source(), build.office()
    answer = send(build.browser_of(office), change_page(source), publisher="某报", change_reason="补发布者")
    assert answer.status_code == 302
    source.refresh_from_db()
    assert source.publisher == "某报"
    assert newest(source) == ("~", office, "补发布者")
    assert source.history.count() == 2


def test_a_change_without_a_reason_is_refused():
    source = build.source()
    page = send(build.browser_of(build.office()), change_page(source), publisher="某报", change_reason="")
    assert page.context["adminform"].form.errors == {"change_reason": ["该字段是必填项。"]}
    source.refresh_from_db()
    assert source.publisher == ""
    assert source.history.count() == 1


def test_a_form_sent_unchanged_leaves_no_entry():
    source = build.source()
    send(build.browser_of(build.office()), change_page(source), change_reason="看看")
    assert source.history.count() == 1


def test_a_new_record_asks_for_no_reason_and_begins_its_history():
    office = build.office()
    send(build.browser_of(office), address(Source, "add"), title="新来源")
    assert newest(Source.objects.get()) == ("+", office, "新建来源")


def test_a_deletion_asks_for_its_reason():
    source, browser = build.source(), build.browser_of(build.office())
    url = address(source, source.pk, "delete")
    page = browser.post(url, {"post": "yes", "erase_reason": "  "}, follow=True)
    assert "删除须写明原因" in page.content.decode()
    assert Source.objects.filter(pk=source.pk).exists()
    assert source.history.count() == 1


def test_a_deletion_keeps_who_and_why_of_everything_that_went():
    project, office = furnish(), build.office()
    browser = build.browser_of(office)
    answer = browser.post(address(project, project.pk, "delete"), {"post": "yes", "erase_reason": "重复登记"})
    assert answer.status_code == 302
    assert not Project.objects.exists()
    for model in (Project, Milestone, Evidence, Listing, MonthlyReport):
        entry = model.history.get(history_type="-")
        assert (entry.history_user, entry.history_change_reason) == (office, "重复登记")


def test_what_others_rest_on_is_not_deleted():
    project = build.project(organisation=build.town())
    browser = build.browser_of(build.admin())
    url = address(project.organisation, project.organisation.pk, "delete")
    browser.post(url, {"post": "yes", "erase_reason": "撤并"})
    assert Organisation.objects.filter(pk=project.organisation.pk).exists()


def test_nothing_is_deleted_by_the_heap():
    project = build.project()
    page = build.browser_of(build.office()).post(
        address(Project), {"action": "delete_selected", "_selected_action": [project.pk], "post": "yes"}
    )
    assert page.status_code in {200, 302}
    assert Project.objects.filter(pk=project.pk).exists()


def test_a_past_version_is_read_and_never_saved():
    source, browser = build.source("旧标题"), build.browser_of(build.office())
    send(browser, change_page(source), title="新标题", change_reason="更正")
    old = source.history.last()
    url = address(source, source.pk, "history", old.pk)

    page = browser.get(url).content.decode()
    assert "旧标题" in page
    assert '<input type="text"' not in page
    assert browser.post(url, {"title": "旧标题", "change_reason": "退回"}).status_code == 403
    source.refresh_from_db()
    assert source.title == "新标题"


def test_the_history_page_tells_what_changed_in_words():
    report, office = build.report(build.project(), "2024-03", 1, "submitted"), build.office(username="王芳")
    browser = build.browser_of(office)
    send(browser, change_page(report), state="approved", change_reason="核对无误")
    page = browser.get(address(report, report.pk, "history")).content.decode()
    for words in ("王芳", "核对无误", "待审核 → 已审核", "（空） → 王芳"):
        assert words in page


@pytest.mark.parametrize("model", [Bulletin, Figure])
def test_what_is_sealed_nobody_changes(model):
    bulletin = build.bulletin(kind="sealed", figures={"invested": 1})
    record = {Bulletin: bulletin, Figure: bulletin.figures.get()}[model]
    for user in (build.office(), build.admin(), build.person(None, is_superuser=True, is_staff=True)):
        browser = build.browser_of(user)
        assert browser.get(change_page(record)).status_code == 200
        assert browser.post(change_page(record), {"change_reason": "改数"}).status_code == 403
        for url in (address(record, record.pk, "delete"),):
            assert browser.post(url, {"post": "yes", "erase_reason": "试"}).status_code == 403
    assert record.history.count() == 1
