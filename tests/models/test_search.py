"""What the search box looks in is there whichever way a project came onto the register."""

import pytest

from projects.demo.writing import DemoRecord, Version, write
from projects.models import Project
from tests import build

pytestmark = pytest.mark.django_db


def found(question: str) -> list[str]:
    return [project.name for project in Project.objects.all().matching(question)]


def test_the_writer_keeps_it() -> None:
    build.project(
        "热泵机组", enterprise="河海（常州）", former_names="吸收机", national_code="2412-320411-89-01-123456"
    )
    project = Project.objects.get()

    assert project.words == "热泵机组\n河海(常州)\n吸收机\n2412-320411-89-01-123456"
    assert project.pinyin == "rebengjizu\nhehaichangzhou\nxishouji"
    assert project.initials == "rbjz\nhhcz\nxsj"


def test_it_is_no_fact_and_has_no_history() -> None:
    build.project("热泵机组")

    fields = {field.name for field in Project.history.model._meta.get_fields()}
    assert not {"words", "pinyin", "initials"} & fields


@pytest.mark.usefixtures("article")
def test_a_fixture_brings_it() -> None:
    assert found("rbjz") == ["超导吸收式热泵机组生产项目"]
    assert not Project.objects.filter(words="").exists()


def test_many_rows_at_once_have_it() -> None:
    version = Version(build.moment("2024-01-01"), None, "演示", {"name": "热泵机组"})
    write([DemoRecord.of(Project, [version])])

    assert found("rbjz") == ["热泵机组"]


def test_words_of_enterprise_and_project_need_no_space() -> None:
    build.project("超导吸收式热泵机组", enterprise="常州河海热能集团有限公司")
    build.project("空气源热泵", enterprise="龙城集团")
    build.project("河道整治", enterprise="海天公司")

    for question in (
        "热泵河海",
        "河海热泵",
        "河海集团",
        "集团河海机组",
        "河海 热泵",
        "热泵hehai",
        "rebeng河海",
    ):
        assert found(question) == ["超导吸收式热泵机组"], question
    assert found("热泵集团") == ["超导吸收式热泵机组", "空气源热泵"]
    assert found("热泵海天") == []


def test_a_word_is_cut_but_not_into_single_signs() -> None:
    build.project("热泵", enterprise="机组")

    assert found("热泵机组") == found("热泵 机组") == ["热泵"]
    assert found("泵机") == found("热泵机") == []
    assert found("rbjz") == []


def test_the_closest_come_first() -> None:
    for name, enterprise, investment in (
        ("泵阀", "河海热泵", 900),
        ("热源河海泵站热泵", "", 800),
        ("热泵", "", 1),
        ("大型热泵机组", "", 2),
        ("另一热泵机组", "", None),
    ):
        build.project(name, enterprise=enterprise, total_investment=investment)

    ordered = [project.name for project in Project.objects.all().matching("热泵").closest_first("热泵")]
    assert ordered == ["热泵", "热源河海泵站热泵", "大型热泵机组", "另一热泵机组", "泵阀"]
