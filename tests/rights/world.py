"""A generated register: units with people, and projects of which each text carries the project's own mark.

What belongs to whom is drawn from a seed, so that every run meets the same register.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.db.models import Model
from django.utils import timezone

from projects.actions import conversation, reporting
from projects.actions.attachments import keep_all
from projects.actions.evidence import judge_all
from projects.actions.paper_templates import put_in_force
from projects.actions.papers import order_papers
from projects.actions.table_layouts import save_layout
from projects.files import geojson
from projects.models import (
    Batch,
    DistrictMap,
    DistrictSettings,
    HeadingChoice,
    Inquiry,
    Notice,
    Organisation,
    Project,
    Receiver,
    Source,
    Star,
    User,
)
from projects.models.batch import BatchChange, BatchRow
from projects.vocabulary import AttachmentKind, OrganisationKind, PaperKind
from tests import build
from tests.build import YI
from tests.views.test_maps import SHAPES, map_content

YEAR, MONTH, AS_OF = 2024, "2024-08", "2024-09-30"
SEED = 20241


def mark(number: int) -> str:
    """Stands in every text of a project and in nothing else; no random token of a form holds it."""
    return f"QX{number:03}ZK"


@dataclass
class Holding:
    """A project with a record of each kind; `records` by the name of their model."""

    number: int
    project: Project
    records: dict[str, Model] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return mark(self.number)

    @property
    def amount(self) -> int:
        """A power of two: a sum of such amounts tells which projects are in it."""
        return 2**self.number * YI


@dataclass
class World:
    units: dict[str, Organisation]
    people: dict[str, User]
    holdings: list[Holding]

    def held_by(self, unit: str) -> Holding:
        return next(found for found in self.holdings if found.project.organisation == self.units[unit])


def make(*, seed: int = SEED) -> World:
    """Two towns, one with a village below it, and a park; each has people and projects. One project has no unit."""
    rng = Random(seed)
    build.kept(DistrictSettings(pk=1, name=build.DISTRICT))
    units = {"town": build.town("罗溪镇"), "other": build.town("奔牛镇"), "park": build.park()}
    units["village"] = build.town("鸦鹊村", parent=units["town"], kind=OrganisationKind.DEPARTMENT)
    people = _people(units)
    build.light_rule()
    Receiver.objects.create(
        name="工作群", service="wecom", address="https://robot.example/", kinds=["returned"]
    )
    places: list[Organisation | None] = [*units.values(), None]
    places += rng.choices(list(units.values()), k=2)
    holdings = [_holding(number, unit, people, rng) for number, unit in enumerate(places)]
    build.helper(holdings[1].project, units["park"])  # the park reads a project of the other town
    for name in ("town", "other", "park", "village"):
        for indicator, amount in (("started", rng.randint(2, 9)), ("invested", rng.randint(20, 90) * YI)):
            build.target(indicator, amount, organisation=units[name], year=YEAR)
    build.target("invested", 999 * YI, year=YEAR)
    build.bulletin("2024-06-30", figures={"invested": 321 * YI})
    build.seal("2024-06", by=people["office"])
    district_map(people["office"])
    save_layout("常用", ["number", "name"], by=people["office"])
    put_in_force(None, kind=PaperKind.BULLETIN, name="", reason="系统的模板", by=people["office"])
    put_in_force(None, kind=PaperKind.DECK, name="", reason="系统的母版", by=people["office"])
    return World(units, people, holdings)


def _people(units: dict[str, Organisation]) -> dict[str, User]:
    return {
        "no role": build.person(None, organisation=units["town"], username="norole"),
        "leader": build.leader(username="leader"),
        "unit leader": build.leader(units["town"], username="townleader"),
        "staff": build.staff(units["town"], username="townstaff"),
        "village staff": build.staff(units["village"], username="villagestaff"),
        "other staff": build.staff(units["other"], username="otherstaff"),
        "park staff": build.staff(units["park"], username="parkstaff"),
        "office": build.office(username="theoffice"),
        "admin": build.admin(username="theadmin"),
        "security": build.security(username="theofficer"),
        "auditor": build.auditor(username="theauditor"),
    }


def _staff_of(unit: Organisation | None, people: dict[str, User]) -> User:
    found = [person for person in people.values() if person.organisation == unit and person.writes]
    return found[0] if unit else people["office"]


def _holding(number: int, unit: Organisation | None, people: dict[str, User], rng: Random) -> Holding:
    sign, staff, today = mark(number), _staff_of(unit, people), timezone.localdate()
    project = build.project(
        f"{sign}项目",
        organisation=unit,
        total_investment=2**number * YI,
        enterprise=f"{sign}公司",
        content=f"{sign}内容",
        place=f"{sign}路",
        national_code=national_code(number),
        contact=f"{sign}人",
        contact_phone=f"0519{sign}",
        linked_leader=f"{sign}领导",
        remark=f"{sign}备注",
        industry=build.industry(rng.choice(("新能源", "医药"))),
        town=unit if unit and unit.kind == OrganisationKind.TOWN else None,
        longitude="119.95",
        latitude="31.95",
        by=staff,
        at=f"2024-02-{number + 1:02}",
    )
    project.content = f"{sign}内容，二期"
    build.kept(project, by=staff, reason=f"{sign}更正")
    held = Holding(number, project)
    for year in {YEAR, today.year}:
        held.records["listing"] = build.listing(project, year=year)
    held.records["annualplan"] = build.annual_plan(project, 3 * 2**number * YI)
    held.records["participation"] = build.helper(project, build.district())
    _stages(held, people, rng)
    for month in ("2024-07", MONTH):
        held.records["monthlyreport"] = build.report(
            project, month, 2**number * YI // 16, "submitted" if month == MONTH else "approved",
            progress=f"{sign}进展", needs_coordination=f"{sign}协调", by=staff,
        )  # fmt: skip
    held.records["problem"] = build.problem(project, f"{sign}问题", person=f"{sign}某", due_on="2024-05-01")
    held.records["star"] = Star.objects.create(user=staff, project=project)
    _talk(held, staff, people)
    _work(held, unit, staff, people)
    return held


def _stages(held: Holding, people: dict[str, User], rng: Random) -> None:
    project, sign = held.project, held.mark
    day = date(YEAR, rng.randint(2, 4), rng.randint(1, 28))
    build.milestone(project, "signed", date(YEAR, 1, 5 + held.number), planned=date(YEAR, 1, 31))
    started = build.milestone(
        project, "started", day, planned="2024-03-31", note=f"{sign}说明", reached_note=f"{sign}如何",
        source=build.source(f"{sign}来源"),
    )  # fmt: skip
    late = build.milestone(
        project, "topped_out", planned="2024-06-30", reason="land", reason_note=f"{sign}原因"
    )
    held.records |= {"milestone": started, "source": Source.objects.get(title=f"{sign}来源")}
    asked = Inquiry(milestone=late, asked_by=people["leader"], asked_at=timezone.now())
    held.records["inquiry"] = build.kept(asked)
    photo = build.photo(colour=f"#12{held.number:02}7a")
    held.records["evidence"] = build.evidence(started, photo, name=f"{sign}.jpg", by=people["office"])


def _talk(held: Holding, staff: User, people: dict[str, User]) -> None:
    comment = conversation.say(
        held.project, f"{held.mark}留言", by=people["admin"], mentioned=[staff], month=date(2024, 8, 1)
    )
    held.records |= {"comment": comment, "mention": comment.mentions.get()}
    held.records["notice"] = Notice.objects.get(person=staff, cause=f"comment:{comment.pk}")
    files = judge_all([build.upload(b"%PDF-1.7 " + held.mark.encode(), f"{held.mark}.pdf")])
    kept = keep_all(held.project, files, kind=AttachmentKind.CONTRACT, caption=f"{held.mark}合同", by=staff)
    held.records["attachment"] = kept[0]


def _work(held: Holding, unit: Organisation | None, staff: User, people: dict[str, User]) -> None:
    sign, project = held.mark, held.project
    if unit is not None:
        held.records["decision"] = build.decision(unit, f"{sign}督办", project=project, by=people["leader"])
    held.records["paperorder"] = order_papers(
        [PaperKind.BULLETIN],
        as_of=date(2024, 9, 30), level="city", organisation=unit, bulletin=None, page_address="http://x/0/", by=staff,
    )  # fmt: skip
    # One that waits would say after a minute that nothing happens.
    held.records["paperorder"].fault = f"{sign}没有生成"
    held.records["paperorder"].save()
    held.records["savedview"] = build.saved_view(staff, f"{sign}视图", f"q={sign}")
    sent = build.imported(by=staff, state="applied", reason=f"{sign}名单", year=YEAR, level="city")
    row = sent.rows.create(
        position=1, sheet="清单", line=2, outcome="new", label=f"{sign}行", cells={"name": f"{sign}行"}
    )
    held.records |= {"import": sent, "importrow": row, "workbook": sent.workbook}
    batch = Batch(act="move", terms={"stage": "started"}, state="applied", created_by=staff)
    batch.keep([BatchRow(project.pk, project.name, (BatchChange("实际日期", "", f"{sign}日"),), written=1)])
    batch.save()
    held.records["batch"] = batch
    if unit is not None and not HeadingChoice.objects.filter(organisation=unit).exists():
        held.records["headingchoice"] = HeadingChoice.objects.create(
            organisation=unit, kind="projects", heading=f"{sign}名", key="name", chosen_by=staff
        )
        held.records["reopening"] = reporting.ask_reopening(
            unit, date(2024, 7, 1), reason=f"{sign}补报", by=staff
        )


def national_code(number: int) -> str:
    """Of this project alone."""
    return f"2402-320411-04-01-{100_000 + number}"


def district_map(by: User) -> DistrictMap:
    shapes = geojson.stored(geojson.read_map(map_content(**SHAPES)))
    drawn = DistrictMap(
        file_name="区界.geojson", sha256="0" * 64, shapes=shapes, datum="cgcs2000", uploaded_by=by,
        approval_number="苏S（2024）12 号", origin="资规局", kept_by=by, kept_at=timezone.now(), reason="启用",
    )  # fmt: skip
    return build.kept(drawn)
