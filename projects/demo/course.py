"""How a project goes through its stages: what was planned first, how the plan moved, when it happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from projects.demo import words
from projects.demo.district import District, moment, reason
from projects.demo.writing import DemoRecord, Version
from projects.models import Evidence, Milestone, Project, User
from projects.rules import periods
from projects.vocabulary import DelayReason, Nature, Precision, Stage

GAPS: dict[Stage, tuple[Stage, int, int]] = {
    Stage.SIGNED: (Stage.NEGOTIATING, 40, 110),
    Stage.REGISTERED: (Stage.SIGNED, 10, 35),
    Stage.FILED: (Stage.REGISTERED, 20, 60),
    Stage.LAND: (Stage.FILED, 25, 100),
    Stage.STARTED: (Stage.LAND, 0, 60),
    Stage.ENTERED: (Stage.STARTED, 12, 40),
    Stage.TOPPED_OUT: (Stage.STARTED, 110, 260),
    Stage.COMPLETED: (Stage.TOPPED_OUT, 80, 190),
    Stage.IN_PRODUCTION: (Stage.COMPLETED, -30, 60),
    Stage.FULL_CAPACITY: (Stage.IN_PRODUCTION, 170, 340),
}
"""The stage that another one follows, and in how many days when all goes well."""

UNSTARTED_BEFORE = {Stage.LAND: Stage.FILED, Stage.TOPPED_OUT: Stage.STARTED}
"""What an equipment-only project skips, and the stage that stands in for it."""

MOST_MOVES = 3
NEVER = date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Course:
    """One stage: first planned by the end of a month, and the day on which it happens, perhaps in the future."""

    stage: Stage
    planned: date
    happens: date


type Courses = dict[Stage, Course]


def courses(rng: Random, born: date, nature: str, pace: float) -> Courses:
    """From the first contact on; `pace` 1.5 needs half as many days again as planned."""
    skipped = UNSTARTED_BEFORE if nature == Nature.EQUIPMENT else {}
    drawn = {Stage.NEGOTIATING: Course(Stage.NEGOTIATING, born, born)}
    for stage, (base, least, most) in GAPS.items():
        if stage in skipped:
            continue
        before = drawn[skipped.get(base, base)]
        gap = rng.randint(least, most)
        slip = max(-10, round(abs(gap) * (pace * rng.triangular(0.8, 1.9, 0.95) - 1)))
        planned = periods.month_end(before.planned + timedelta(days=gap))
        happens = before.happens + timedelta(days=gap + slip if gap > 0 else gap)
        if stage != Stage.IN_PRODUCTION:
            happens = max(happens, before.happens)
        drawn[stage] = Course(stage, planned, happens)
    return drawn


def stopped(drawn: Courses, on: date) -> Courses:
    """Nothing more is reached once a project has been paused or given up."""
    return {
        stage: Course(stage, course.planned, course.happens if course.happens < on else NEVER)
        for stage, course in drawn.items()
    }


def milestones(
    project: Project, drawn: Courses, *, since: date, rng: Random, district: District
) -> list[DemoRecord]:
    """A record for each stage, with the plan as first entered, every move of it, and the reached day."""
    made: dict[Stage, DemoRecord] = {}
    for course in drawn.values():
        versions = _versions(project, course, since=since, rng=rng, district=district)
        record = DemoRecord.of(Milestone, versions)
        base = made.get(GAPS[course.stage][0]) if course.stage in GAPS else None
        made[course.stage] = _no_sooner(record, base) if base else record
    for stage in UNSTARTED_BEFORE:
        if stage not in drawn:
            fields = {"project": project, "stage": stage, "skipped": True}
            why = f"本项目不设{stage.label}"
            made[stage] = DemoRecord.of(
                Milestone, [Version(moment(since, rng), district.authors.staff, why, fields)]
            )
    return [*made.values(), *_evidence(made.values(), rng, district)]


def _evidence(made: Iterable[DemoRecord], rng: Random, district: District) -> Iterator[DemoRecord]:
    """A picture for three of four stages that ask for one."""
    for record in made:
        milestone, proof = record.subject, district.proof
        assert isinstance(milestone, Milestone)
        if proof is None or milestone.reached_on is None or milestone.stage not in words.PROVEN:
            continue
        if rng.random() < 0.75:
            last = record.versions[-1]
            fields = {
                "milestone": milestone,
                "file": proof.file,
                "shown": proof.shown,
                "thumbnail": proof.thumbnail,
                "caption": f"{words.MARK}：{milestone.get_stage_display()}现场",
                "sha256": proof.sha256,
                "uploaded_by": last.by,
                "uploaded_at": last.at,
            }
            yield DemoRecord.of(
                Evidence, [Version(last.at + timedelta(minutes=5), last.by, "上传佐证", fields)]
            )


def _no_sooner(record: DemoRecord, base: DemoRecord) -> DemoRecord:
    """An open stage is not planned before the open one that it follows: its plan moves along."""
    own, before = record.subject, base.subject
    assert isinstance(own, Milestone)
    assert isinstance(before, Milestone)
    if own.reached_on or before.reached_on or own.current_on is None or before.current_on is None:
        return record
    if own.stage == Stage.IN_PRODUCTION or own.current_on >= before.current_on or not before.reason:
        return record
    cause = DelayReason(before.reason)
    last = max(record.versions[-1], base.versions[-1], key=lambda version: version.at)
    moved = _move(Stage(own.stage), before.current_on, cause, last.at + timedelta(hours=1), last.by)
    return DemoRecord.of(Milestone, [*record.versions, moved])


def _versions(
    project: Project, course: Course, *, since: date, rng: Random, district: District
) -> list[Version]:
    staff = district.authors.staff
    precision = Precision.MONTH if rng.random() < 0.85 else Precision.QUARTER
    plan = periods.last_day(course.planned, precision)
    first = {"project": project, "stage": course.stage}
    done = f"登记{course.stage.label}"
    if course.happens <= since:
        return [
            Version(
                moment(since, rng),
                staff,
                f"登记{course.stage.label}",
                first | _reached(course.happens, since, rng),
            )
        ]
    planned = {
        "planned_on": plan,
        "planned_precision": precision,
        "current_on": plan,
        "current_precision": precision,
    }
    versions = [Version(moment(since, rng), staff, f"计划{course.stage.label}", first | planned)]
    versions += _moves(course, plan, since=since, rng=rng, district=district)
    versions += _explained(project, course, versions[-1].fields["current_on"], district)
    recorded = course.happens + timedelta(
        days=rng.randint(0, 9) if rng.random() < 0.95 else rng.randint(40, 120)
    )
    if recorded <= district.until:
        fields = _reached(course.happens, recorded, rng)
        why = reason(done, about=course.happens, written=recorded)
        by = staff if why == done else district.authors.office
        versions.append(Version(moment(recorded, rng), by, why, fields))
    return versions


def _moves(course: Course, plan: date, *, since: date, rng: Random, district: District) -> list[Version]:
    """Postponements, each some days before the plan runs out; now and then nobody moves it in time."""
    moves: list[Version] = []
    at, current = since, plan
    while current + timedelta(days=12) < course.happens < NEVER and len(moves) < MOST_MOVES:
        at = max(at + timedelta(days=1), current - timedelta(days=rng.randint(1, 40)))
        if at > district.until or rng.random() < 0.18:
            break
        expected = min(course.happens + timedelta(days=rng.randint(-20, 40)), current + timedelta(days=150))
        later = periods.month_end(max(expected, current + timedelta(days=20)))
        reason = rng.choice(tuple(words.DELAYS))
        moves.append(_move(course.stage, later, reason, moment(at, rng), district.authors.staff))
        current = later
    return moves


def _explained(project: Project, course: Course, plan: date, district: District) -> list[Version]:
    """For two of three plans that ran out, the reason, some weeks later. Drawn apart: no other draw moves along."""
    rng = Random(f"{project.name} {course.stage}")
    at = plan + timedelta(days=rng.randint(5, 40))
    if at >= course.happens or at > district.until or rng.random() > 0.66:
        return []
    reason = rng.choice(tuple(words.DELAYS))
    note = words.DELAYS[reason]
    why = f"说明{course.stage.label}延期的原因（{reason.label}）：{note}"
    return [Version(moment(at, rng), district.authors.staff, why, {"reason": reason, "reason_note": note})]


def _move(stage: Stage, later: date, reason: DelayReason, at: datetime, by: User | None) -> Version:
    note = words.DELAYS[reason]
    fields = {"current_on": later, "current_precision": Precision.MONTH, "reason": reason}
    return Version(at, by, f"推迟{stage.label}（{reason.label}）：{note}", fields | {"reason_note": note})


def _reached(on: date, recorded: date, rng: Random) -> dict[str, object]:
    precision = Precision.DAY if rng.random() < 0.9 else Precision.MONTH
    settled = periods.settled(on, precision, recorded)
    return {"reached_on": settled, "reached_precision": precision, "recorded_on": recorded}
