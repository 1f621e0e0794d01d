"""One made-up project from its first contact on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from projects.demo import maps, words
from projects.demo.course import Courses, courses, milestones, stopped
from projects.demo.district import District, moment
from projects.demo.writing import DemoRecord, Version
from projects.models import Organisation, Participation, Problem, Project
from projects.rules.codes import credit_code_check
from projects.vocabulary import Currency, DelayReason, Level, Nature, SideState, Stage

WAN, YI = 10**4, 10**8
NATURES = (
    Nature.NEW_BUILD,
    Nature.NEW_BUILD,
    Nature.NEW_BUILD,
    Nature.EXPANSION,
    Nature.UPGRADE,
    Nature.EQUIPMENT,
)
REGION = "999999"
"""No region has this code, so that no made-up code is a real one."""


@dataclass(frozen=True, slots=True)
class Life:
    """A project and everything that was decided about it before a line of it was written.

    `since`: the day it entered the register. `stopped_on`: paused or given up. `levels`: the lists that it may
    come to stand on. `investment` in yuan.
    """

    number: int
    rng: Random
    project: Project
    drawn: Courses
    born: date
    since: date
    stopped_on: date | None
    levels: tuple[Level, ...]
    investment: int

    def happens(self, stage: Stage) -> date:
        return self.drawn[stage].happens

    def planned(self, stage: Stage) -> date:
        return self.drawn[stage].planned


def live(
    district: District, number: int, *, seed: int, born: tuple[date, date]
) -> tuple[Life, list[DemoRecord]]:
    """Draw the project of that number, first met between two days, and its records but those of its years."""
    rng = Random(seed * 1_000_003 + number)
    met = born[0] + timedelta(days=rng.randrange((born[1] - born[0]).days + 1))
    unit = rng.choices(district.answering, district.weights)[0]
    nature = rng.choice(NATURES)
    drawn = courses(rng, met, nature, district.paces[unit.name] * rng.triangular(0.85, 1.35, 1.0))
    since = min(met + timedelta(days=rng.randint(5, 25)), district.until)
    stopped_on = _stop(rng, since, min(district.until, drawn[Stage.IN_PRODUCTION].happens))
    if stopped_on:
        drawn = stopped(drawn, stopped_on)
    investment = _investment(rng)
    record = _project(district, number, rng, unit, nature, investment, since, stopped_on)
    project = record.subject
    assert isinstance(project, Project)
    life = Life(number, rng, project, drawn, met, since, stopped_on, _levels(rng, investment), investment)
    beside = [*_helpers(life, district), *_problems(life, district)]
    return life, [record, *milestones(project, drawn, since=since, rng=rng, district=district), *beside]


def _investment(rng: Random) -> int:
    """Half of the projects below 4亿元, one in fifty of 50亿元 and more."""
    return max(30, round(rng.lognormvariate(1.35, 1.15) * 100)) * 100 * WAN


def _levels(rng: Random, investment: int) -> tuple[Level, ...]:
    """The larger, the higher; a provincial project stands on the lists below it, too, most of the time."""
    size = min(1.0, investment / (12 * YI))
    levels = []
    if rng.random() < 0.05 + 0.15 * size:
        levels.append(Level.PROVINCE)
    if rng.random() < (0.9 if levels else 0.18 + 0.4 * size):
        levels.append(Level.CITY)
    if rng.random() < (0.6 if levels else 0.85):
        levels.append(Level.DISTRICT)
    return tuple(levels)


def _stop(rng: Random, since: date, until: date) -> date | None:
    if rng.random() > 0.035:
        return None
    on = since + timedelta(days=rng.randint(90, 700))
    return on if on <= until else None


def _project(
    district: District,
    number: int,
    rng: Random,
    unit: Organisation,
    nature: Nature,
    investment: int,
    since: date,
    stopped_on: date | None,
) -> DemoRecord:
    staff = district.authors.staff
    fields = _facts(district, number, rng, unit, since) | {"nature": nature, "total_investment": investment}
    if rng.random() < 0.12:
        fields |= {"foreign_amount": investment // 7 // WAN * WAN, "foreign_currency": Currency.USD}
    versions = [Version(moment(since, rng), staff, "新建项目", fields)]
    if stopped_on:
        state = SideState.PAUSED if rng.random() < 0.6 else SideState.TERMINATED
        aside = {
            "side_state": state,
            "side_state_on": stopped_on,
            "side_reason": rng.choice(
                (DelayReason.MARKET, DelayReason.FINANCING, DelayReason.OWNER_DECISION)
            ),
            "side_note": f"{words.MARK}：企业来函说明",
        }
        versions.append(Version(moment(stopped_on, rng), staff, state.label, aside))
    versions += _moved(district, number, unit, since)
    return DemoRecord.of(Project, sorted(versions, key=lambda version: version.at))


def _moved(district: District, number: int, unit: Organisation, since: date) -> Iterator[Version]:
    """One project in forty gets another unit; by a die of its own, so that the others stay as they are."""
    rng = Random(number)
    on = since + timedelta(days=rng.randint(120, 600))
    others = [other for other in district.answering if other != unit]
    if number % 40 == 7 and on <= district.until and others:
        fields = {"organisation": rng.choice(others), "former_units": [[unit.pk, on.isoformat()]]}
        yield Version(moment(on, rng), district.authors.office, "责任单位调整", fields)


def _facts(
    district: District, number: int, rng: Random, unit: Organisation, since: date
) -> dict[str, object]:
    industry = rng.choices(district.industries, (30, 22, 20, 16, 8, 4))[0]
    product = rng.choice(words.PRODUCTS[industry.name])
    brand = rng.choice(words.BRAND_FIRST) + rng.choice(words.BRAND_SECOND)
    town = unit if unit in district.towns else rng.choice(district.towns)
    return _located(district, number, town) | {
        "name": f"{brand}{product}{rng.choice(words.KINDS)}（{words.MARK}{number:04d}）",
        "enterprise": f"{brand}{industry.name}科技有限公司（{words.MARK}）",
        "national_code": f"{since:%y%m}-{REGION}-89-01-{number % 10**6:06d}" if number < 10**6 else "",
        "credit_code": _credit_code(number),
        "content": f"{words.MARK}：新建厂房 {rng.randint(1, 20)} 万平方米，购置设备 {rng.randint(20, 800)} 台（套）。",
        "place": f"{town.name}{words.MARK}路 {rng.randint(1, 300)} 号",
        "town": town,
        "park": rng.choice(district.parks) if rng.random() < 0.2 else None,
        "organisation": unit,
        "industry": industry,
        "linked_leader": rng.choice(words.LEADERS),
        "contact": f"{rng.choice(words.SURNAMES)}工（{words.MARK}）",
        "source": district.source,
    }


def _located(district: District, number: int, town: Organisation) -> dict[str, object]:
    """Four of five projects have a position in their town; by a die of its own, so that all else stays as it is."""
    rng = Random(f"{number} on the map")
    if rng.random() > 0.8:
        return {}
    longitude, latitude = maps.place(district.towns.index(town), rng)
    return {"longitude": longitude, "latitude": latitude}


def _credit_code(number: int) -> str:
    body = f"91{REGION}DEM0{number % 10**5:05d}"
    return body + credit_code_check(body)


def _helpers(life: Life, district: District) -> Iterator[DemoRecord]:
    """One project in twenty-five is joint, one in a hundred of three units."""
    if life.rng.random() > 0.04:
        return
    others = [unit for unit in district.answering if unit != life.project.organisation]
    at = moment(life.since, life.rng)
    for unit in life.rng.sample(others, 2 if life.rng.random() < 0.25 else 1):
        fields = {"project": life.project, "organisation": unit}
        yield DemoRecord.of(Participation, [Version(at, district.authors.staff, "新建项目", fields)])


def _problems(life: Life, district: District) -> Iterator[DemoRecord]:
    rng = life.rng
    for _ in range(rng.choices((0, 1, 2), (74, 20, 6))[0]):
        raised = life.since + timedelta(days=rng.randint(20, 600))
        if raised > district.until:
            return
        kind, text = rng.choice(words.PROBLEMS)
        first = {
            "project": life.project,
            "kind": kind,
            "text": f"{words.MARK}：{text}",
            "organisation": rng.choice(district.answering),
            "person": f"{rng.choice(words.SURNAMES)}科长（{words.MARK}）",
            "raised_on": raised,
            "due_on": raised + timedelta(days=rng.randint(20, 90)),
        }
        versions = [Version(moment(raised, rng), district.authors.staff, "登记问题", first)]
        resolved = raised + timedelta(days=rng.randint(10, 150))
        if resolved <= district.until and (rng.random() < 0.6 or resolved.year < district.until.year):
            done = {"resolved_on": resolved, "resolution": words.RESOLUTION}
            versions.append(Version(moment(resolved, rng), district.authors.staff, "销号", done))
        yield DemoRecord.of(Problem, versions)
