"""Rows of a 项目清单 beside the register: which project each is about, and what it would change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from projects.actions.guarding import Seals, refusals
from projects.models import Import, ImportRow, Industry, Organisation, Project
from projects.models.versions import versions_in_sheet
from projects.rules.broken import RuleBroken
from projects.rules.versions import ProjectVersion
from projects.workbooks.cells import Cells
from projects.workbooks.drafts import WHOLE_ROW, Draft, Said, Terms
from projects.workbooks.kinds.projects.cells import project_cells
from projects.workbooks.kinds.projects.draft import draft
from projects.workbooks.kinds.projects.records import ProjectRecords, current_records, records_at
from projects.workbooks.subjects import Place, Subjects
from projects.workbooks.terms import Light, terms_of

CODE_TAKEN = "该国家投资项目代码已被其他项目使用。"
NAME_TAKEN = "同一建设单位已有同名项目。"
CODE_TWICE = "第 {} 行的另一个项目用了同一个国家投资项目代码。"


@dataclass(slots=True)
class ProjectRows:
    imported: Import
    today: date
    terms: Terms = field(init=False)
    cells: Cells = field(init=False)
    seals: Seals = field(init=False)
    subjects: Subjects = field(init=False)
    states: dict[object, ProjectRecords] = field(default_factory=dict)
    """What would stand of projects that several rows are about."""
    codes: dict[str, tuple[int, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = list(Organisation.objects.all())
        self.terms = terms_of(self.imported, self.today, units)
        industries = list(Industry.objects.all())
        self.cells = project_cells(units=units, industries=industries, year=self.terms.year)
        self.seals = Seals.all()
        self.subjects = Subjects(self.may_be_new)

    @property
    def may_be_new(self) -> bool:
        return True

    def survey(self, rows: Iterable[Light]) -> None:
        self.subjects.survey(rows, visible=Project.objects.visible_to(self.imported.created_by))
        self.states.clear()
        self.codes.clear()

    def kin(self, positions: Iterable[int]) -> set[int]:
        return self.subjects.kin(positions)

    def lock(self) -> None:
        self.subjects.lock()

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        of_subject = self.subjects.of(row.position for row in rows)
        said, faults = _versions_said(rows, self.subjects.places)
        now = versions_in_sheet(list(said), self.terms.year) if said else {}
        present = current_records(of_subject, self.terms.year)
        before = records_at({pk: at for pk, at in said.items() if at != now[pk]}, self.terms.year)
        drafts = [self._draft(row, present, before, faults) for row in rows]
        self._hold_against_seals(drafts, reason)
        return drafts

    def _draft(
        self,
        row: ImportRow,
        present: Mapping[int, ProjectRecords],
        before: Mapping[int, ProjectRecords],
        version_faults: Mapping[int, str],
    ) -> Draft:
        place = self.subjects.places[row.position]
        values, faults = self.cells.judge(row.readable)
        if "name" in values and (today := place.name_of_today):
            values["name"] = today
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
        if place.same in self.subjects.repeated and not drafted.faults and not drafted.candidates:
            self.states[place.same] = drafted.state
        return drafted

    def _judge_identity(self, row: ImportRow, place: Place, drafted: Draft) -> None:
        """Names and codes belong to one project, in the register and in the file."""
        match, sought = place.match, place.sought
        if refusal := place.refusal(row.cells):
            drafted.faults[WHOLE_ROW] = refusal
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
    rows: Sequence[ImportRow], places: Mapping[int, Place]
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
