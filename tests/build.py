"""Builders: a few words make a record that has gone through the writer, so that its history exists.

Days are written as "2024-09-30", months as "2024-03", money in whole yuan. `by` and `at` are who wrote the
record and when (a moment, or a day at noon): the two clocks of the history.
"""

import secrets
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image

from projects.actions import decisions, sealing
from projects.actions.accounts import ENTERS_ADMIN
from projects.actions.evidence import attach
from projects.actions.recording import record
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.models import (
    AnnualPlan,
    ApiKey,
    Bulletin,
    Decision,
    Evidence,
    Figure,
    Import,
    Industry,
    LightRule,
    Listing,
    Milestone,
    MonthlyReport,
    Organisation,
    Participation,
    Problem,
    Project,
    Receiver,
    SavedView,
    Source,
    Target,
    User,
    Workbook,
)
from projects.models.reach import DISTRICT as WHOLE
from projects.rules import periods
from projects.rules.api_keys import digest_of, key_text
from projects.rules.bulletin import figures_of
from projects.vocabulary import Indicator, OrganisationKind, Precision, Role, Stage

DISTRICT = "常州高新区"
PASSWORD = "an0ther-long-pass"
YI = 10**8

_numbers = count(1)


def day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def month_of(value: str | date) -> date:
    return date.fromisoformat(f"{value}-01") if isinstance(value, str) else value.replace(day=1)


def kept[M: Model](
    subject: M, *, by: User | None = None, at: str | datetime | None = None, reason: str = "测试数据"
) -> M:
    """Write through the one writer; `at` dates this one history entry."""
    if at is not None:
        subject._history_date = moment(at)
    record(subject, by=by, reason=reason)
    if at is not None:
        del subject._history_date  # what is written of it later is written then
    return subject


def moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return timezone.make_aware(datetime.combine(date.fromisoformat(value), time(12)))


# Directory


def district() -> Organisation:
    found = Organisation.objects.filter(name=DISTRICT).first()
    return found or kept(Organisation(name=DISTRICT, short_name="高新区本级", kind=OrganisationKind.DISTRICT))


def town(
    name: str = "罗溪镇",
    *,
    kind: str = OrganisationKind.TOWN,
    parent: Organisation | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> Organisation:
    """A unit below the district (or below `parent`); the same name is the same unit."""
    found = Organisation.objects.filter(name=name).first()
    return found or kept(Organisation(name=name, kind=kind, parent=parent or district(), **facts), at=at)


def park(name: str = "综合保税区", **facts: Any) -> Organisation:
    return town(name, kind=OrganisationKind.PARK, **facts)


def industry(name: str = "新能源") -> Industry:
    return Industry.objects.filter(name=name).first() or kept(Industry(name=name))


def source(title: str = "测试来源", **facts: Any) -> Source:
    return Source.objects.filter(title=title).first() or kept(Source(title=title, **facts))


def imported(*, by: User | None = None, kind: str = "projects", **facts: Any) -> Import:
    """An import that nobody has read yet, of a workbook without a file."""
    writer = by or office()
    workbook = Workbook.objects.create(name="清单.xlsx", sha256="0" * 64, size=1, uploaded_by=writer)
    return Import.objects.create(workbook=workbook, kind=kind, created_by=writer, **facts)


# The cast; an outsider is a client that nobody signed in


def person(
    role: str | None,
    *,
    organisation: Organisation | None = None,
    username: str | None = None,
    **facts: Any,
) -> User:
    """A person of a role at the district or at `organisation`; `role=None`: an account only."""
    user = User.objects.create_user(
        username or f"{role or 'nobody'}{next(_numbers)}",
        password=PASSWORD,
        organisation=organisation or district(),
        **{"is_staff": role in ENTERS_ADMIN, **facts},
    )
    if role is not None:
        user.groups.add(group(role))
    return user


def group(role: str) -> Group:
    return Group.objects.get_or_create(name=Role(role).label)[0]


def leader(organisation: Organisation | None = None, **facts: Any) -> User:
    return person(Role.LEADER, organisation=organisation, **facts)


def staff(organisation: Organisation | None = None, **facts: Any) -> User:
    return person(Role.STAFF, organisation=organisation, **facts)


def office(**facts: Any) -> User:
    return person(Role.OFFICE, **facts)


def admin(**facts: Any) -> User:
    return person(Role.ADMIN, **facts)


def auditor(**facts: Any) -> User:
    return person(Role.AUDITOR, **facts)


def security(**facts: Any) -> User:
    return person(Role.SECURITY, **facts)


def browser_of(user: User | None) -> Client:
    """A client in which `user` is signed in; None: an outsider."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="projects.access.RoleBackend")
    return client


# The register


def api_key(owner: User, **facts: Any) -> tuple[ApiKey, str]:
    """A key of the API and its text: it reads, for a month, from everywhere."""
    number = f"{next(_numbers):07}".translate(str.maketrans("0189", "wxyz"))
    text = key_text(f"k{number}", secrets.token_urlsafe(32))
    said = {"name": "对接系统", "expires_on": timezone.localdate() + timedelta(days=30)} | facts
    key = ApiKey.objects.create(
        owner=owner, made_by=owner, prefix=f"k{number}", digest=digest_of(text), **said
    )
    return key, text


def key_header(owner: User, **facts: Any) -> dict[str, str]:
    """What a program sends that asks with a new key of the account."""
    return {"authorization": f"Bearer {api_key(owner, **facts)[1]}"}


def project(
    name: str | None = None,
    *,
    organisation: Organisation | None = None,
    total_investment: int | None = None,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> Project:
    """A project with nothing known but its name; `organisation=None` leaves it to the district."""
    facts = {"name": name or f"测试项目{next(_numbers)}", "organisation": organisation, **facts}
    return kept(Project(total_investment=total_investment, **facts), by=by, at=at, reason="新建项目")


def listing(
    project: Project,
    level: str = "city",
    year: int = 2024,
    *,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> Listing:
    """`listed_on`, `removed_on`: its first day on the list, and the day it was taken off."""
    facts |= {name: day(facts.get(name)) for name in ("listed_on", "removed_on")}
    if facts["listed_on"]:
        facts.setdefault("listed_precision", Precision.DAY)
    return kept(Listing(project=project, level=level, year=year, **facts), by=by, at=at)


def annual_plan(
    project: Project,
    planned_investment: int | None,
    year: int = 2024,
    *,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> AnnualPlan:
    plan = AnnualPlan(project=project, year=year, planned_investment=planned_investment, **facts)
    return kept(plan, by=by, at=at)


def helper(
    project: Project,
    organisation: Organisation,
    *,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> Participation:
    """A unit that helps with the project."""
    return kept(Participation(project=project, organisation=organisation, **facts), by=by, at=at)


def milestone(
    project: Project,
    stage: str,
    reached: str | date | None = None,
    precision: str = "day",
    *,
    planned: str | date | None = None,
    planned_precision: str = "day",
    current: str | date | None = None,
    current_precision: str | None = None,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> Milestone:
    """A stage as it stands: `planned` the first plan, `current` today's (the same unless given), `reached`.

    Days may be any of their period: they are stored as its last possible one. No order is checked here. `source`
    states all of it.
    """
    first, now, actual = day(planned), day(current or planned), day(reached)
    today = timezone.localdate()
    if facts.get("skipped"):
        now = None
    origin, paragraph = facts.pop("source", None), facts.pop("source_paragraph", "")
    known = {"planned": first, "current": now, "reached": actual, "note": facts.get("note")}
    for which in (which for which, value in known.items() if origin and value):
        facts |= {f"{which}_source": origin, f"{which}_paragraph": paragraph}
    entry = Milestone(
        project=project,
        stage=Stage(stage),
        planned_on=first,
        planned_precision=planned_precision if first else "",
        current_on=now,
        current_precision=(current_precision or planned_precision) if now else "",
        reached_on=periods.settled(actual, Precision(precision), today) if actual else None,
        reached_precision=precision if actual else "",
        recorded_on=today if actual else None,
        **facts,
    )
    return kept(entry, by=by, at=at)


def photo(
    *,
    kind: str = "JPEG",
    size: tuple[int, int] = (40, 30),
    colour: str = "#12557a",
    mode: str = "RGB",
    exif: Image.Exif | None = None,
) -> bytes:
    """A photo of one colour as its bytes, a different one for each colour."""
    written = BytesIO()
    Image.new(mode, size, colour).save(written, kind, **({"exif": exif} if exif else {}))
    return written.getvalue()


def taken(
    at: str = "2024:11:20 10:30:00",
    *,
    offset: str = "",
    north: tuple[float, float, float] | None = (31, 48, 30),
    east: tuple[float, float, float] | None = (119, 56, 15),
    sides: tuple[str, str] = ("N", "E"),
    orientation: int = 1,
) -> Image.Exif:
    """What a camera writes into a photo: when, and where in degrees, minutes and seconds."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    details |= {ExifTags.Base.DateTimeOriginal: at, ExifTags.Base.OffsetTimeOriginal: offset}
    if north is not None:
        place |= {ExifTags.GPS.GPSLatitudeRef: sides[0], ExifTags.GPS.GPSLatitude: north}
    if east is not None:
        place |= {ExifTags.GPS.GPSLongitudeRef: sides[1], ExifTags.GPS.GPSLongitude: east}
    return exif


def upload(content: bytes | None = None, name: str = "封顶.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if content is None else content)


def evidence(
    milestone: Milestone, content: bytes | None = None, *, by: User | None = None, name: str = "封顶.jpg"
) -> Evidence:
    """A photo that proves the milestone, or whatever `content` is."""
    return attach(milestone, upload(content, name), by=by or office())


def report(
    project: Project,
    month: str | date,
    invested: int | None,
    state: str = "approved",
    *,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> MonthlyReport:
    """A month's report: `invested` in yuan, None = not reported, 0 = nothing invested."""
    if state == "returned":
        facts.setdefault("return_reason", "数据与形象进度不符")
    entry = MonthlyReport(project=project, month=month_of(month), invested=invested, state=state, **facts)
    return kept(entry, by=by, at=at)


def problem(
    project: Project, text: str = "土地尚未交付", *, raised: str | date = "2024-03-01", **facts: Any
) -> Problem:
    days = {name: day(facts.pop(name)) for name in ("due_on", "resolved_on") if name in facts}
    at = facts.pop("at", None)
    entry = Problem(project=project, text=text, raised_on=day(raised), **{"kind": "land"} | facts | days)
    return kept(entry, at=at)


def decision(
    organisation: Organisation,
    text: str = "落实用电",
    *,
    due: str | date = "2099-01-01",
    by: User | None = None,
    **facts: Any,
) -> Decision:
    """Given today, unless `given_on` says otherwise."""
    given = day(facts.pop("given_on", None)) or timezone.localdate()
    new = Decision(text=text, organisation=organisation, given_on=given, due_on=day(due), **facts)
    return decisions.give(new, by=by or leader())


def receiver(name: str = "项目办工作群", **facts: Any) -> Receiver:
    """A robot of a group, which has refused a message."""
    address = "https://robot.example/send?key=1"
    found = kept(
        Receiver(**{"name": name, "service": "wecom", "address": address, "kinds": ["returned"]} | facts)
    )
    found.messages.create(
        kind="returned",
        cause="1",
        text="月报被退回：热泵",
        state="given_up",
        answer="93000 invalid webhook url",
    )
    return found


def saved_view(owner: User, name: str = "晚点的", query: str = "late=1", **facts: Any) -> SavedView:
    return SavedView.objects.create(owner=owner, name=name, query=query, **facts)


# Numbers


def target(
    indicator: str = "invested",
    amount: int | None = 100 * YI,
    *,
    year: int = 2024,
    level: str = "city",
    organisation: Organisation | None = None,
    by: User | None = None,
    at: str | datetime | None = None,
    **facts: Any,
) -> Target:
    """The year's target of a unit, or of the district; without an amount a source says that it was met."""
    if amount is None:
        facts = {"stated_met": True, "source": source(), **facts}
    entry = Target(
        year=year, indicator=indicator, level=level, organisation=organisation, amount=amount, **facts
    )
    return kept(entry, by=by, at=at)


def light_rule(
    family: str = "points_behind",
    yellow: str = "10",
    red: str = "30",
    *,
    since: str = "2024-01-01",
    at: str | datetime | None = None,
    **facts: Any,
) -> LightRule:
    return kept(LightRule(family=family, yellow=yellow, red=red, applies_from=day(since), **facts), at=at)


def bulletin(
    as_of: str | date = "2024-09-30",
    *,
    title: str | None = None,
    kind: str = "published",
    figures: dict[str, int] | None = None,
    level: str = "city",
    **facts: Any,
) -> Bulletin:
    """A published bulletin, or a sealed one; `figures` are amounts by code, all at `level`."""
    on = day(as_of)
    if kind == "published":
        facts.setdefault("source", source())
    else:
        facts = {"sealed_at": moment(on.isoformat()), "digest": "0" * 64, "content": "{}", **facts}
    entry = kept(
        Bulletin(title=title or f"测试通报{next(_numbers)}", kind=kind, year=on.year, as_of=on, **facts)
    )
    for position, (code, amount) in enumerate((figures or {}).items(), start=1):
        figure(entry, code, amount, level=level, position=position)
    return entry


def seal(
    month: str = "2024-09",
    *,
    level: str = "city",
    organisation: Organisation | None = None,
    by: User | None = None,
    least: int = 1,
) -> Bulletin:
    """A month sealed as the office does it, with what the register adds up to now; `by` None: some office."""
    as_of, known_at = periods.month_end(month_of(month)), timezone.now()
    units = list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), as_of.year, as_of, level, organisation, organisations=units, reach=WHOLE
    )
    printed = printed_month(scope, known_at=known_at, ranked_by="invested", least=least)
    return sealing.seal(
        year=as_of.year,
        month=as_of.month,
        level=level,
        organisation=organisation,
        known_at=known_at,
        content=printed.content,
        figures=figures_of(printed),
        by=by or office(),
    )


def figure(bulletin: Bulletin, code: str, amount: int | None, *, level: str = "city", **facts: Any) -> Figure:
    unit = "yuan" if code in {"invested", "signed_investment"} else "count"
    label = Indicator(code).label if code in Indicator else code
    facts = {"label": label, "unit": unit, "paragraph": "¶3", **facts}
    return kept(Figure(bulletin=bulletin, code=code, amount=amount, level=level, **facts))
