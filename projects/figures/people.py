"""Who has an account, whether the person can get in, and if not, why; for the pages of people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count
from django.utils import timezone

from projects.figures.sign_ins import failures_of_locked
from projects.models import AccountEntry, Organisation, Project, Session, User
from projects.models.person import PersonQuerySet
from projects.vocabulary import AccountState, role_words

NEEDS_REMEDY = (AccountState.LOCKED, AccountState.NO_ROLE, AccountState.NO_UNIT, AccountState.EXPIRED)
"""States in which somebody who should get in does not."""

REMEDIES = {
    AccountState.LOCKED: "解锁",
    AccountState.NO_ROLE: "给角色",
    AccountState.NO_UNIT: "填单位",
    AccountState.EXPIRED: "重发密码",
    AccountState.CLOSED: "启用",
}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One account. `failures`: wrong passwords that locked it; `may_change`: by the reader; `has_second_factor`: None
    where it was not asked."""

    person: User
    state: AccountState
    failures: int
    may_change: bool
    has_second_factor: bool | None = None

    @property
    def state_words(self) -> str:
        if self.state == AccountState.LOCKED:
            return f"锁定：连错 {self.failures} 次"
        return str(self.state.label)

    @property
    def role_words(self) -> str:
        return role_words(self.person.roles)

    @property
    def remedy(self) -> str:
        """What helps, in the words of a button."""
        return REMEDIES.get(self.state, "改")

    @property
    def light(self) -> str:
        """The colour of the state."""
        if self.state in NEEDS_REMEDY:
            return "red" if self.state == AccountState.LOCKED else "yellow"
        return "green" if self.state == AccountState.GOOD else ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The accounts that match, how many there are of each state among those that match the words, and the units."""

    lines: Sequence[PersonLine]
    states: Sequence[tuple[AccountState, int]]
    never: int
    """Accounts in use that nobody has signed in with."""
    total: int
    """Before any condition."""


@dataclass(frozen=True, slots=True)
class StaffedUnit:
    """A unit that answers for projects, with its people in use; `has_staff`: somebody there can report."""

    unit: Organisation
    people: int
    projects: int
    has_staff: bool


def people_page(
    manageable: PersonQuerySet, *, words: str = "", state: str = "", never: bool = False
) -> PeoplePage:
    """All accounts but superusers, in the order of units and names; three queries. `state`: of `AccountState`;
    `never`: only those that nobody has signed in with."""
    may_change = set(manageable.order_by().values_list("pk", flat=True))
    locked = failures_of_locked()
    people = User.objects.with_roles().filter(is_superuser=False)
    lines = [
        PersonLine(person, state_of(person, locked), locked.get(person.username, 0), person.pk in may_change)
        for person in people.order_by(
            "-is_active", "organisation__position", "organisation__name", "username"
        )
    ]
    found = [line for line in lines if _matches(line.person, words)]
    numbers = Counter(line.state for line in found)
    return PeoplePage(
        lines=[
            line
            for line in found
            if (not state or line.state == state) and (not never or _never_came(line.person))
        ],
        states=[(each, numbers[each]) for each in AccountState if numbers[each]],
        never=sum(_never_came(line.person) for line in found),
        total=len(lines),
    )


def staffed_units() -> list[StaffedUnit]:
    """Units in use in the order of the directory; three queries."""
    projects = dict(Project.objects.order_by().values_list("organisation").annotate(number=Count("pk")))
    people = Counter[int | None]()
    writers = set[int | None]()
    for person in User.objects.with_roles().filter(is_active=True):
        people[person.organisation_id] += 1
        if person.writes:
            writers.add(person.organisation_id)
    return [
        StaffedUnit(unit, people[unit.pk], projects.get(unit.pk, 0), unit.pk in writers)
        for unit in Organisation.objects.open().select_related("parent").order_by("position", "name")
    ]


def person_line(person: User, *, may_change: bool) -> PersonLine:
    """Two queries, besides the person's roles."""
    locked = failures_of_locked()
    has_factor = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return PersonLine(
        person, state_of(person, locked), locked.get(person.username, 0), may_change, has_factor
    )


def state_of(person: User, locked: Mapping[str, int]) -> AccountState:
    """The first thing that keeps the person out; GOOD where nothing does."""
    if not person.is_active:
        return AccountState.CLOSED
    if person.username in locked:
        return AccountState.LOCKED
    if person.lacks_role:
        return AccountState.NO_ROLE
    if person.lacks_unit:
        return AccountState.NO_UNIT
    if person.issued_until is None:
        return AccountState.GOOD
    return AccountState.EXPIRED if person.issued_until < timezone.now() else AccountState.ISSUED


def entries_of(person: User) -> Sequence[AccountEntry]:
    """What was done to the account, the newest first."""
    return list(AccountEntry.objects.filter(person=person).select_related("by"))


@dataclass(frozen=True, slots=True)
class OwnSession:
    """Where somebody is signed in. `program`: in words; `is_this`: the browser that asks."""

    name: str
    program: str
    address: str
    began_at: datetime
    is_this: bool


def own_sessions(person: User, key: str | None) -> list[OwnSession]:
    """The sessions of a person that go on, this one first; one query."""
    going_on = Session.objects.going_on(timezone.now()).filter(user=person).order_by("-began_at")
    found = [
        OwnSession(
            session.name,
            program_words(session.program),
            session.address or "",
            session.began_at,
            session.session_key == key,
        )
        for session in going_on
    ]
    return sorted(found, key=lambda session: not session.is_this)


PROGRAMS = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def program_words(agent: str) -> str:
    """What a browser calls itself, in two words; its own text where nothing is known of it."""
    program = next((words for sign, words in PROGRAMS if sign in agent), "")
    system = next((words for sign, words in SYSTEMS if sign in agent), "")
    return " · ".join(filter(None, (program, system))) or agent[:40] or "未知浏览器"


def _never_came(person: User) -> bool:
    return person.is_active and person.last_login is None


def _matches(person: User, words: str) -> bool:
    unit = person.organisation
    text = f"{person} {person.username} {unit.name if unit else ''} {unit.short_name if unit else ''} {person.phone}"
    return all(word.lower() in text.lower() for word in words.split())
