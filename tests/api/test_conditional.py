"""Reads on condition: 304 while the answer would be the same, the answer as soon as anything in it differs."""

from typing import Any

import pytest
from django.test import Client

from projects.models import Organisation, Project, User
from tests import build

pytestmark = pytest.mark.django_db

LIST = "/api/v1/projects/"


@pytest.fixture
def unit() -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def project(unit: Organisation) -> Project:
    return build.project("热泵", organisation=unit)


def read(who: User, path: str, tag: str = "") -> Any:
    return build.browser_of(who).get(path, headers={"If-None-Match": tag} if tag else {})


def pages(project: Project) -> list[str]:
    return [LIST, f"{LIST}?cursor=", f"{LIST}{project.pk}/", "/api/v1/completion", "/api/v1/forecast"]


def test_what_was_read_before_is_not_sent_again(project: Project) -> None:
    leader = build.leader()
    for path in pages(project):
        first = read(leader, path)
        assert first.status_code == 200, path
        again = read(leader, path, first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), path
        assert read(leader, path, f'"x", W/{first["ETag"]}').status_code == 304, path
        assert read(leader, path, '"x"').content == first.content, path


def test_a_change_of_the_record_or_of_what_it_shows_is_sent(project: Project, unit: Organisation) -> None:
    leader, path = build.leader(), f"{LIST}{project.pk}/"
    tags = [read(leader, path)["ETag"]]
    project.place = "黄河路"
    build.kept(project)
    tags.append(read(leader, path)["ETag"])
    unit.name = "罗溪街道"
    build.kept(unit)
    renamed = read(leader, path, tags[-1])
    assert renamed.status_code == 200
    assert "罗溪街道" in renamed.content.decode()
    assert len({*tags, renamed["ETag"]}) == 3
    assert tags[-1].partition("-")[0] == renamed["ETag"].partition("-")[0]  # the version of the record


def test_the_tag_of_one_reader_is_none_of_another(project: Project) -> None:
    other = build.staff(build.town("奔牛镇"))
    tag = read(build.leader(), LIST)["ETag"]
    assert read(other, LIST, tag).status_code == 200
    assert (
        read(other, f"{LIST}{project.pk}/", read(build.leader(), f"{LIST}{project.pk}/")["ETag"]).status_code
        == 404
    )
    assert Client().get(LIST, headers={"If-None-Match": tag}).status_code in (401, 403)


def test_what_was_read_goes_back_as_the_version_of_a_change(project: Project) -> None:
    office, path = build.office(), f"{LIST}{project.pk}/"
    tag = read(office, path)["ETag"]
    browser = build.browser_of(office)
    body = {"place": "黄河路", "reason": "核对"}
    for status, text in ((200, "黄河路"), (409, "长江路")):
        sent = body | {"place": text}
        answer = browser.patch(path, sent, "application/json", headers={"If-Match": tag})
        assert answer.status_code == status
