"""Rows of a 项目清单 beside the register: which project each is about, and what it would change."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from projects.actions.guarding import Seals, refusals
from projects.actions.importing.drafts import WHOLE_ROW, Draft, Said, Terms
from projects.actions.importing.projects import draft
from projects.actions.importing.standing import Standing, standings, standings_at
from projects.figures.matching import Match, Sought, matches
from projects.forms.rows.cells import Cells
from projects.forms.rows.projects import project_cells
from projects.imports.kinds import Light, key_of, terms_of
from projects.models import Import, ImportRow, Industry, Organisation, Project
from projects.models.versions import versions_in_sheet
from projects.rules import codes
from projects.rules.broken import RuleBroken
from projects.rules.versions import ProjectVersion

NEW = "new"
HIDDEN = "已有同名项目，由其他单位负责，您不能查看；请联系项目办。"
NO_SUCH = "没有系统编号为“{}”的项目，或您不能查看。"
CODE_TAKEN = "该国家投资项目代码已被其他项目使用。"
NAME_TAKEN = "同一建设单位已有同名项目。"
CODE_TWICE = "第 {} 行的另一个项目用了同一个国家投资项目代码。"


@dataclass(frozen=True, slots=True)
class _Place:
    """What the survey says of one row."""

    sought: Sought
    match: Match
    subject: int | None
    is_open: bool
    """A person has to say whether it is one of the candidates."""
    same: object
    """Rows that share it are about one project."""


@dataclass(slots=True)
class ProjectRows:
    imported: Import
    today: date
    terms: Terms = field(init=False)
    cells: Cells = field(init=False)
    seals: Seals = field(init=False)
    places: dict[int, _Place] = field(default_factory=dict)
    repeated: frozenset[object] = frozenset()
    states: dict[object, Standing] = field(default_factory=dict)
    """What would stand of projects that several rows are about."""
    codes: dict[str, tuple[int, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = list(Organisation.objects.all())
        self.terms = terms_of(self.imported, self.today, units)
        industries = list(Industry.objects.all())
        self.cells = project_cells(units=units, industries=industries, year=self.terms.year)
        self.seals = Seals.all()

    def survey(self, rows: Iterable[Light]) -> None:
        light = [(position, _sought(cells), choice) for position, cells, choice in rows]
        visible = Project.objects.visible_to(self.imported.created_by)
        found = matches([sought for _, sought, _ in light], visible=visible)
        for (position, sought, choice), match in zip(light, found, strict=True):
            self.places[position] = _placed(sought, match, choice.get("subject"))
        counts = Counter(place.same for place in self.places.values())
        self.repeated = frozenset(same for same, count in counts.items() if count > 1)
        self.states.clear()
        self.codes.clear()

    def kin(self, positions: Iterable[int]) -> set[int]:
        same = {self.places[position].same for position in positions}
        return {position for position, place in self.places.items() if place.same in same}

    def lock(self) -> None:
        subjects = sorted(place.subject for place in self.places.values() if place.subject is not None)
        for start in range(0, len(subjects), 5000):
            some = Project.objects.filter(pk__in=subjects[start : start + 5000])
            list(some.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        of_subject = {subject for row in rows if (subject := self.places[row.position].subject) is not None}
        said, faults = _versions_said(rows, self.places)
        now = versions_in_sheet(list(said), self.terms.year) if said else {}
        present = standings(of_subject, self.terms.year)
        before = standings_at({pk: at for pk, at in said.items() if at != now[pk]}, self.terms.year)
        drafts = [self._draft(row, present, before, faults) for row in rows]
        self._hold_against_seals(drafts, reason)
        return drafts

    def _draft(
        self,
        row: ImportRow,
        present: Mapping[int, Standing],
        before: Mapping[int, Standing],
        version_faults: Mapping[int, str],
    ) -> Draft:
        place = self.places[row.position]
        values, faults = self.cells.judge(row.cells)
        said = Said(values, faults | row.unread, row.choice)
        if fault := version_faults.get(row.position):
            said.faults["version"] = fault
        earlier = self.states.get(place.same)
        subject = -1 if place.subject is None else place.subject
        drafted = draft(
            said,
            earlier or present.get(subject),
            self.terms,
            before=before.get(subject),
            is_repeated=earlier is not None,
        )
        self._judge_identity(row, place, drafted)
        if earlier is None and place.is_open:
            drafted.candidates = place.match.candidates
        if place.same in self.repeated and not drafted.faults and not drafted.candidates:
            self.states[place.same] = drafted.state
        return drafted

    def _judge_identity(self, row: ImportRow, place: _Place, drafted: Draft) -> None:
        """Names and codes belong to one project, in the register and in the file."""
        match, sought = place.match, place.sought
        if match.is_hidden:
            drafted.faults[WHOLE_ROW] = HIDDEN if sought.key is None else NO_SUCH.format(row.cells["key"])
            return
        if match.code_owner not in (None, place.subject):
            drafted.faults.setdefault("national_code", CODE_TAKEN)
        if match.name_owner not in (None, place.subject):
            drafted.faults.setdefault("name", NAME_TAKEN)
        if sought.national_code:
            line, owner = self.codes.setdefault(sought.national_code, (row.line, place.same))
            if owner != place.same:
                drafted.faults.setdefault("national_code", CODE_TWICE.format(line))

    def _hold_against_seals(self, drafts: Sequence[Draft], reason: str) -> None:
        by = self.imported.created_by
        known = [draft for draft in drafts if draft.subject is not None]
        refused = refusals((write for draft in known for write in draft.writes), by=by, reason=reason)
        for drafted in drafts:
            if drafted.subject is not None:
                sentence = refused.get(drafted.subject, "")
            else:
                unit = drafted.state.project.organisation_id if drafted.state else None
                sentence = self.seals.refusal(drafted.writes, unit, by=by, reason=reason)
            if sentence and drafted.writes:
                drafted.faults[WHOLE_ROW] = sentence
                drafted.records, drafted.writes = [], []


def _versions_said(
    rows: Sequence[ImportRow], places: Mapping[int, _Place]
) -> tuple[dict[int, ProjectVersion], dict[int, str]]:
    """By project how it stood when its sheet was made, and by position why a version cannot be read."""
    said: dict[int, ProjectVersion] = {}
    faults: dict[int, str] = {}
    for row in rows:
        place, text = places[row.position], row.cells.get("version", "")
        if text and place.subject is not None and place.sought.key is not None:
            try:
                said[place.subject] = ProjectVersion.read(text)
            except RuleBroken as torn:
                faults[row.position] = str(torn)
    return said, faults


def _sought(cells: dict[str, str]) -> Sought:
    return Sought(
        name=cells.get("name", "").strip(),
        enterprise=cells.get("enterprise", "").strip(),
        national_code=codes.normalise(cells.get("national_code", "")),
        credit_code=codes.normalise(cells.get("credit_code", "")),
        key=key_of(cells),
    )


def _placed(sought: Sought, match: Match, chosen: object) -> _Place:
    """`chosen`: the candidate that a person has picked, or NEW."""
    candidates = {candidate.pk for candidate in match.candidates}
    picked = chosen if isinstance(chosen, int) and chosen in candidates else None
    subject = match.pk if match.pk is not None else picked
    same: object = subject if subject is not None else sought.identity
    is_open = subject is None and bool(candidates) and chosen != NEW
    return _Place(sought, match, subject, is_open, same)
