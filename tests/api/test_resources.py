"""Records that other systems read and write: a story for each way of writing, and whose rows a key reaches."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from projects.models import (
    AnnualPlan,
    ApiKey,
    Comment,
    Decision,
    Evidence,
    Listing,
    Mention,
    Milestone,
    MonthlyReport,
    Problem,
    Project,
    Target,
    User,
)
from projects.vocabulary import KeyScope
from tests import build
from tests.api.answers import told
from tests.build import YI

pytestmark = pytest.mark.django_db

API = "/api/v1/"


class Program:
    """A program with a key of an account that may change: reads a version and sends it back."""

    def __init__(self, owner: User, **facts: Any) -> None:
        self.client = Client(headers=build.key_header(owner, scope=KeyScope.WRITE, **facts))
        self.key = str(ApiKey.objects.latest("pk"))

    def get(self, path: str, status: int = 200) -> Any:
        return told(self.client.get(API + path), status)

    def names(self, path: str) -> list[int]:
        return [record["id"] for record in self.get(path)["results"]]

    def tag(self, path: str) -> str:
        return self.client.get(API + path)["ETag"]

    def add(self, path: str, status: int = 201, **body: Any) -> Any:
        return told(self.client.post(API + path, body, "application/json"), status)

    def amend(self, path: str, status: int = 200, *, tag: str = "", **body: Any) -> Any:
        sent = {"If-Match": tag or self.tag(path)}
        return told(self.client.patch(API + path, body, "application/json", headers=sent), status)

    def act(self, path: str, act: str, status: int = 200, *, tag: str = "", **body: Any) -> Any:
        """An act on the record at the path; None where it has ended it."""
        sent = {"If-Match": tag or self.tag(path)}
        response = self.client.post(f"{API}{path}{act}/", body, "application/json", headers=sent)
        if status == 204:
            assert (response.status_code, response.content) == (204, b"")
            return None
        return told(response, status)


@pytest.fixture
def luoxi() -> Any:
    return build.town("罗溪镇")


@pytest.fixture
def staff(luoxi) -> Program:
    return Program(build.staff(luoxi))


@pytest.fixture
def office() -> Program:
    return Program(build.office())


@pytest.fixture
def project(luoxi) -> Project:
    found = build.project("热泵", organisation=luoxi, total_investment=10 * YI)
    build.listing(found)
    build.milestone(found, "started", "2024-03-05")
    return found


def reason_of(record: Any) -> str:
    return record.history.latest("history_id").history_change_reason


def test_a_problem_is_raised_merged_closed_and_opened_again(staff, office, project) -> None:
    made = staff.add("problems/", project=project.pk, kind="land", text="土地未交付", raised_on="2024-03-01")
    problem, door = Problem.objects.get(), f"problems/{made['id']}/"
    assert reason_of(problem) == f"登记问题（经接口密钥：{staff.key}）"
    first = staff.tag(door)

    office.amend(door, person="王五", text="土地尚未交付", reason="核对")
    both = staff.amend(door, tag=first, due_on="2024-12-31", reason="约定期限")
    assert (both["text"], both["person"], both["due_on"]) == ("土地尚未交付", "王五", "2024-12-31")
    (line,) = staff.amend(door, 409, tag=first, text="土地已交付", reason="改")["conflicts"]
    assert (line["before"], line["theirs"], line["mine"]) == ("土地未交付", "土地尚未交付", "土地已交付")

    assert staff.act(door, "close", 409, tag=first, on="2024-12-01", resolution="已交付")["conflicts"] == []
    closed = staff.act(door, "close", on="2024-12-01", resolution="已交付")
    assert (closed["resolved_on"], reason_of(problem)) == ("2024-12-01", f"销号（经接口密钥：{staff.key}）")
    assert staff.names("problems/?state=open") == []
    assert "销号" in staff.amend(door, 400, text="还没有", reason="改")["errors"]["__all__"][0]
    assert staff.act(door, "reopen", reason="没有办完")["resolved_on"] is None
    assert staff.names("problems/?state=open&q=交付") == [problem.pk]


def test_a_stage_is_planned_before_anything_is_on_record_and_reached_with_a_photo(staff, project) -> None:
    door = f"projects/{project.pk}/milestones/topped_out/"
    assert (staff.get(door)["id"], staff.tag(door)[:3]) == (None, '"0-')

    planned = staff.act(door, "plan", on="2024-09-30", precision="month", note="")
    assert planned["planned"] == planned["current"] == {"on": "2024-09-30", "precision": "month"}
    late = staff.act(door, "postpone", 400, on="2024-10-31", precision="month", cause="other", note="")
    assert set(late["errors"]) == {"note"}
    assert "opened" not in staff.act(
        door, "postpone", on="2024-10-31", precision="month", cause="land", note=""
    )

    photo = SimpleUploadedFile("封顶.jpg", build.photo())
    body = {"on": "2024-10-20", "precision": "day", "evidence": photo}
    answer = staff.client.post(f"{API}{door}reach/", body, headers={"If-Match": staff.tag(door)})
    assert told(answer)["reached"] == {"on": "2024-10-20", "precision": "day"}
    (kept,) = staff.get(f"evidence/?project={project.pk}&stage=topped_out")["results"]
    assert (kept["is_photo"], kept["caption"]) == (True, "封顶.jpg")
    assert Milestone.objects.get(stage="topped_out").reached_on.isoformat() == "2024-10-20"
    staff.get(f"projects/{project.pk}/milestones/moon/", 404)


def test_evidence_is_judged_as_on_the_page_and_withdrawn_with_a_reason(staff, project) -> None:
    def sent(content: bytes) -> dict[str, Any]:
        file = SimpleUploadedFile("许可.pdf", content)
        return {"project": project.pk, "stage": "started", "caption": "施工许可", "evidence": file}

    faults = told(staff.client.post(f"{API}evidence/", sent(b"MZ")), 400)["errors"]
    assert "不是照片" in faults["evidence"][0]
    headers = {"Idempotency-Key": "7"}
    made = told(staff.client.post(f"{API}evidence/", sent(b"%PDF-1.7"), headers=headers), 201)
    assert told(staff.client.post(f"{API}evidence/", sent(b"%PDF-1.7"), headers=headers), 201) == made
    assert told(staff.client.post(f"{API}evidence/", sent(b"%PDF-1.6"), headers=headers), 422)
    assert (made["stage"], made["caption"], Evidence.objects.count()) == ("started", "施工许可", 1)

    door = f"evidence/{made['id']}/"
    assert set(staff.act(door, "withdraw", 400)["errors"]) == {"reason"}
    staff.act(door, "withdraw", 204, reason="传错了")
    assert not Evidence.objects.exists()
    staff.get(door, 404)


def test_a_report_is_written_by_cells_handed_in_and_judged(staff, office, project) -> None:
    door = f"projects/{project.pk}/reports/2024-08/"
    assert (staff.get(door)["id"], staff.tag(door)[:3]) == (None, '"0-')
    assert staff.amend(door, invested=120_000_000, progress="主体施工")["invested"] == 120_000_000
    first = staff.tag(door)

    assert office.amend(door, progress="主体封顶")["invested"] == 120_000_000
    merged = staff.amend(door, tag=first, next_step="设备进场")
    assert (merged["progress"], merged["next_step"]) == ("主体封顶", "设备进场")
    (line,) = staff.amend(door, 409, tag=first, progress="基础施工")["conflicts"]
    assert (line["field"], line["before"], line["theirs"], line["mine"]) == (
        "progress", "主体施工", "主体封顶", "基础施工",
    )  # fmt: skip
    assert set(staff.amend(door, 400, unchanged=True, invested=5)["errors"]) == {"unchanged"}
    assert staff.amend(door, unchanged=True)["invested"] is None
    assert staff.amend(door, invested=130_000_000)["unchanged"] is False

    assert staff.act(door, "submit")["state"] == "submitted"
    assert "已提交" in staff.amend(door, 400, invested=1)["errors"]["__all__"][0]
    assert staff.act(door, "approve", 403)["detail"]
    assert set(office.act(door, "return", 400)["errors"]) == {"reason"}
    assert office.act(door, "return", reason="数据不符")["return_reason"] == "数据不符"
    staff.act(door, "submit")
    assert office.act(door, "approve")["state"] == "approved"
    assert office.names("reports/?month=2024-08&state=approved") == [MonthlyReport.objects.get().pk]


def test_places_on_lists_and_plans_of_a_year_come_change_and_go(staff, project) -> None:
    asked = {"project": project.pk, "year": 2024, "level": "province", "reason": "省名单"}
    assert "year" in staff.add("listings/", 400, **asked)["errors"]  # not this year: it has to be confirmed
    made = staff.add("listings/", **asked, year_sure=2024, number=7)
    door = f"listings/{made['id']}/"
    assert staff.amend(door, number=8, reason="更正序号")["number"] == 8
    assert reason_of(Listing.objects.get(pk=made["id"])) == f"更正序号（经接口密钥：{staff.key}）"
    staff.act(door, "remove", 204, reason="误录")
    assert staff.names("listings/?level=province") == []

    plan = staff.add("annual_plans/", project=project.pk, year=2024, planned_investment=5 * YI, reason="下达")
    assert plan["planned_investment"] == 500_000_000
    faults = staff.add("annual_plans/", 400, project=project.pk, year=2024, reason="又一次")["errors"]
    assert faults["__all__"] == ["该项目已有这一年度的计划。"]
    assert AnnualPlan.objects.count() == 1


def test_a_decision_is_given_answered_and_closed(staff, office, project, luoxi) -> None:
    said = {"project": project.pk, "text": "落实用电", "organisation": luoxi.pk, "source": "meeting"}
    assert staff.add("decisions/", 403, **said, due_on="2099-01-01")
    made = office.add("decisions/", **said, due_on="2099-01-01")
    door = f"decisions/{made['id']}/"

    assert staff.act(door, "report", text="已联系供电公司")["state"] == "working"
    photo = SimpleUploadedFile("现场.jpg", build.photo())
    body, headers = {"text": "已通电", "documents": photo}, {"If-Match": staff.tag(door)}
    asked = told(staff.client.post(f"{API}{door}ask/", body, headers=headers))
    assert (asked["state"], asked["steps"][-1]["attachment"] is not None) == ("asked", True)
    assert staff.act(door, "close", 403, text="好")
    closed = office.act(door, "close", text="同意销号")
    assert [step["act"] for step in closed["steps"]] == ["give", "report", "ask", "close"]
    assert reason_of(Decision.objects.get()) == f"销号（经接口密钥：{office.key}）"
    assert office.names("decisions/?state=closed") == [made["id"]]


def test_a_target_is_set_changed_and_taken_back_by_the_office_alone(staff, office, luoxi) -> None:
    cell = {"year": 2024, "level": "city", "organisation": luoxi.pk, "indicator": "invested"}
    assert staff.add("targets/", 403, **cell, amount=60 * YI)
    made = office.add("targets/", **cell, amount=60 * YI)
    assert (made["amount"], Target.objects.get().amount) == (60 * YI, 60 * YI)
    assert "改过" in office.add("targets/", 400, **cell, amount=70 * YI)["errors"]["__all__"][0]
    door = f"targets/{made['id']}/"
    first, curve = office.tag(door), [month * 5 * YI for month in range(1, 13)]

    assert office.amend(door, curve=curve, reason="逐月计划")["curve"] == curve
    kept = office.amend(door, tag=first, due_month=11, reason="提前")
    assert (kept["due_month"], kept["curve"], kept["amount"]) == (11, curve, 60 * YI)
    assert set(office.amend(door, 400, due_month=10)["errors"]) == {"reason"}
    assert staff.get("targets/?year=2024")["results"] == [staff.get(door)]
    office.act(door, "withdraw", 204, reason="下达有误")
    assert not Target.objects.exists()


def test_a_program_speaks_for_its_account_and_reaches_whom_it_mentions(staff, project, luoxi) -> None:
    leader = build.leader(last_name="王", first_name="书记")

    said = staff.add("comments/", project=project.pk, text="@王书记 已开工", month="2024-08")

    assert (said["text"], said["month"]) == ("@王书记 已开工", "2024-08-01")
    assert said["written_by"]["name"] == str(Comment.objects.get().written_by)
    assert Mention.objects.get().person == leader
    assert staff.names("comments/?month=2024-08") == [said["id"]]


LISTS = ("annual_plans", "comments", "decisions", "evidence", "listings", "milestones", "problems", "reports")


def furnished(unit: Any) -> Project:
    """A project of a unit with a record of every kind."""
    project = build.project(organisation=unit)
    build.listing(project)
    build.annual_plan(project, YI)
    build.evidence(build.milestone(project, "started", "2024-03-05"), by=build.office())
    build.report(project, "2024-08", YI)
    build.problem(project)
    build.decision(unit, project=project)
    build.target(organisation=unit)
    build.kept(Comment(project=project, text="开工", written_by=build.office()))
    return project


def test_a_key_of_a_unit_reads_and_changes_its_rows_alone(luoxi) -> None:
    ours, theirs = furnished(luoxi), furnished(build.town("薛家镇"))
    narrowed = Program(build.office(), organisation=luoxi)  # an office's key, for one unit
    everything = Program(build.office())

    for name in LISTS:
        assert [record["project"]["id"] for record in narrowed.get(f"{name}/")["results"]] == [ours.pk], name
        foreign = [
            each for each in everything.get(f"{name}/")["results"] if each["project"]["id"] == theirs.pk
        ]
        assert len(foreign) == 1, name
        if name not in ("milestones", "reports"):  # found by their project
            narrowed.get(f"{name}/{foreign[0]['id']}/", 404)
    assert [each["organisation"]["id"] for each in narrowed.get("targets/")["results"]] == [luoxi.pk]

    for path in (f"projects/{theirs.pk}/milestones/started/", f"projects/{theirs.pk}/reports/2024-08/"):
        narrowed.get(path, 404)
    problem = {"kind": "land", "text": "用电", "raised_on": "2024-03-01"}
    narrowed.add("problems/", 404, project=theirs.pk, **problem)
    narrowed.add("problems/", project=ours.pk, **problem)
    narrowed.amend(f"problems/{theirs.problems.get().pk}/", 404, tag='"1"', text="x", reason="x")
    narrowed.act(f"projects/{theirs.pk}/reports/2024-08/", "submit", 404, tag='"1"')
    assert Problem.objects.filter(project=theirs).get().history.count() == 1


def test_a_reading_key_writes_nothing_anywhere(luoxi) -> None:
    project = furnished(luoxi)
    reader = Client(headers=build.key_header(build.office()))
    for path in (*(f"{name}/" for name in LISTS), f"projects/{project.pk}/milestones/started/reach/"):
        assert reader.post(API + path, {}, "application/json").status_code in (403, 405), path
    assert told(reader.post(f"{API}comments/", {}, "application/json"), 403) == {
        "detail": "这个密钥只能读，不能修改。"
    }
