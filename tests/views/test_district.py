"""The settings of the installation: who may change them, and where the names appear."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from projects.models import DistrictSettings, User
from projects.models.district import current_district, forget_district
from projects.vocabulary import Level
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/settings/district/"
LOGO = "/settings/district/logo.png"
NAMES = {
    "name": "苏州高新区",
    "product": "重点项目库",
    "province_list": "省重点",
    "city_list": "市重大",
    "district_list": "区级重点",
    "reason": "启用",
}


@pytest.fixture
def administrator() -> Client:
    return build.browser_of(build.admin())


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 200)) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, "navy").save(content, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", content.getvalue())


def page_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize(
    ("person", "status"),
    [(build.leader, 403), (build.staff, 403), (build.office, 403), (build.admin, 200)],
)
def test_only_an_administrator_sees_and_changes_them(person, status):
    client = build.browser_of(person())

    assert client.get(PAGE).status_code == status
    assert ('href="/settings/district/"' in page_of(client, "/completion/")) == (status == 200)
    if status == 403:
        assert client.post(PAGE, NAMES).status_code == 403
        assert not DistrictSettings.objects.exists()


def test_names_appear_on_pages_titles_and_in_the_admin(administrator):
    assert administrator.post(PAGE, NAMES)["Location"] == PAGE

    page = page_of(administrator, "/projects/")
    assert "<b>苏州高新区</b> 重点项目库" in page
    assert "<title>项目 · 苏州高新区重点项目库</title>" in page
    assert "苏州高新区重点项目库 · 后台" in page_of(administrator, "/admin/")
    assert "苏州高新区" in page_of(Client(), "/accounts/login/")


def test_the_lists_are_called_as_the_district_calls_them(administrator):
    build.listing(build.project("热泵"), year=timezone.localdate().year, level="city")
    administrator.post(PAGE, NAMES)

    assert Level.choices == [("province", "省重点"), ("city", "市重大"), ("district", "区级重点")]
    page = page_of(administrator, "/projects/")
    assert '<option value="city">市重大（1）</option>' in page
    assert '<abbr class="city" title="市重大">市</abbr>' in page
    assert "市重点" not in page


def test_a_change_has_a_reason_and_a_history(administrator):
    refused = administrator.post(PAGE, NAMES | {"reason": ""})
    assert refused.status_code == 422
    assert "请写明修改的原因。" in refused.content.decode()
    administrator.post(PAGE, NAMES)

    entry = DistrictSettings.history.get()
    assert (entry.name, entry.history_change_reason) == ("苏州高新区", "启用")
    assert entry.history_user == User.objects.get()


def test_two_lists_cannot_have_one_name(administrator):
    page = administrator.post(PAGE, NAMES | {"city_list": "省重点"})

    assert page.status_code == 422
    assert "三级名单的叫法不能相同。" in page.content.decode()
    assert not DistrictSettings.objects.exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_made_small_and_shown_to_everybody(administrator, kind):
    administrator.post(PAGE, NAMES | {"logo_file": picture(kind)})

    assert f'<img src="{LOGO}" alt="">' in page_of(Client(), "/accounts/login/")
    answer = Client().get(LOGO)
    image = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (answer["Content-Type"], image.format, image.height <= 96) == ("image/png", "PNG", True)


def test_a_logo_can_be_given_up(administrator):
    administrator.post(PAGE, NAMES | {"logo_file": picture()})
    administrator.post(PAGE, NAMES | {"no_logo": "on"})

    assert Client().get(LOGO).status_code == 404
    assert LOGO not in page_of(administrator, "/projects/")


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n broken", b"GIF89a" + b"\0" * 50]
)
def test_what_is_no_image_is_refused_and_nothing_changes(administrator, content):
    answer = administrator.post(PAGE, NAMES | {"logo_file": SimpleUploadedFile("logo.png", content)})

    assert answer.status_code == 422
    assert "标志文件" in answer.content.decode()
    assert not DistrictSettings.objects.exists()


def test_an_image_of_too_many_pixels_is_refused(administrator):
    answer = administrator.post(PAGE, NAMES | {"logo_file": picture("PNG", (4000, 4000))})

    assert "标志像素过多" in answer.content.decode()


def test_a_change_made_elsewhere_is_seen_when_the_row_is_read_again(administrator):
    DistrictSettings.objects.create(pk=1, name="无锡高新区")
    forget_district()

    assert current_district().name == "无锡高新区"


def test_a_database_that_does_not_answer_leaves_the_names_as_they_were():
    def fail(*args):
        raise DatabaseError("gone")

    forget_district()
    with connection.execute_wrapper(fail):
        assert str(current_district()) == "高新区重大项目"


def test_the_article_brings_its_district(article):
    forget_district()

    assert current_district().name == "常州高新区"
