"""The rows of a project list: which project each is about, and what it would change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from projects.actions.guarding import Seals, refusals
from projects.columns import OF_GROUP
from projects.models import Import, ImportRow, Organisation, Project
from projects.models.versions import versions_in_sheet
from projects.rules.broken import RuleBroken
from projects.rules.versions import ProjectVersion
from projects.workbooks.drafts import WHOLE_ROW, Draft, ImportTerms, ParsedRow
from projects.workbooks.kinds.projects.cells import project_cells, with_parts
from projects.workbooks.kinds.projects.draft import draft
from projects.workbooks.kinds.projects.from_group import take_from_group
from projects.workbooks.kinds.projects.records import (
    ProjectRecords,
    add_helpers,
    current_records,
    records_at,
)
from projects.workbooks.row_questions import known_words
from projects.workbooks.subjects import Light, RowSubject, Subjects

CODE_TAKEN = "该国家投资项目代码已被其他项目使用。"
NAME_TAKEN = "同一建设单位已有同名项目。"
CODE_TWICE = "第 {} 行的另一个项目用了同一个国家投资项目代码。"


class ProjectRows:
    may_be_new = True

    def __init__(self, imported: Import, today: date) -> None:
        self.imported = imported
        units = list(Organisation.objects.all())
        self.terms = ImportTerms.of(imported, today, units)
        self.cells = project_cells(units=units, industries=self.terms.names["industry"], year=self.terms.year)
        self.cells.words = known_words(imported)
        self.cells.judges = {
            **self.cells.judges,
            **{group: self.cells.judges[key] for key, group in OF_GROUP.items()},
        }
        self.seals = Seals.all()
        self.subjects = Subjects(may_be_new=True)
        self.states: dict[object, ProjectRecords] = {}
        """The records after the rows so far, of projects that several rows are about."""
        self.codes: dict[str, tuple[int, object]] = {}
        """By national code, the first line that has it and its project."""

    def survey(self, rows: Iterable[Light]) -> None:
        self.subjects.survey(rows, visible=Project.objects.visible_to(self.imported.created_by))
        self.states.clear()
        self.codes.clear()

    def related(self, positions: Iterable[int]) -> set[int]:
        return self.subjects.related(positions)

    def lock(self, positions: Iterable[int]) -> None:
        self.subjects.lock(positions)

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        subjects = self.subjects.of(row.position for row in rows)
        versions, faults = self._versions(rows)
        newest = versions_in_sheet(list(versions), self.terms.year) if versions else {}
        current = current_records(subjects, self.terms.year)
        since = {pk: version for pk, version in versions.items() if version != newest[pk]}
        before = records_at(since, self.terms.year)
        parsed = [self._parsed(row, faults.get(row.position, "")) for row in rows]
        if any("helpers" in each.values for each in parsed):
            add_helpers(current)
        drafts = [self._draft(row, each, current, before) for row, each in zip(rows, parsed, strict=True)]
        self._check_seals(drafts, reason)
        return drafts

    def _parsed(self, row: ImportRow, version_fault: str) -> ParsedRow:
        told: list[str] = []
        values, faults = self.cells.judge(row.readable, told)
        if "name" in values and (name := self.subjects.by_position[row.position].current_name):
            values["name"] = name
        parsed = ParsedRow(
            with_parts(values, is_listed=bool(self.terms.levels)), faults | row.unread, row.choice, told
        )
        if version_fault:
            parsed.faults["version"] = version_fault
        return parsed

    def _draft(
        self,
        row: ImportRow,
        parsed: ParsedRow,
        current: Mapping[int, ProjectRecords],
        before: Mapping[int, ProjectRecords],
    ) -> Draft:
        subject = self.subjects.by_position[row.position]
        earlier, pk = self.states.get(subject.same), -1 if subject.pk is None else subject.pk
        stored = earlier or current.get(pk)
        take_from_group(parsed, stored, self.terms)
        drafted = draft(
            parsed,
            stored,
            self.terms,
            before=before.get(pk),
            is_repeated=earlier is not None,
        )
        drafted.doubts += parsed.told
        self._check_identity(row, subject, drafted)
        if earlier is None and subject.is_open:
            drafted.candidates = subject.match.candidates
        if subject.same in self.subjects.repeated and not drafted.faults and not drafted.candidates:
            self.states[subject.same] = drafted.state
        return drafted

    def _check_identity(self, row: ImportRow, subject: RowSubject, drafted: Draft) -> None:
        """A name and a code belong to one project, in the register and in the file."""
        match, code = subject.match, subject.sought.national_code
        if refusal := subject.refusal(row.cells):
            drafted.faults[WHOLE_ROW] = refusal
            return
        if match.code_owner not in (None, subject.pk):
            drafted.faults.setdefault("national_code", CODE_TAKEN)
        if match.name_owner not in (None, subject.pk):
            drafted.faults.setdefault("name", NAME_TAKEN)
        if code:
            line, owner = self.codes.setdefault(code, (row.line, subject.same))
            if owner != subject.same:
                drafted.faults.setdefault("national_code", CODE_TWICE.format(line))

    def _check_seals(self, drafts: Sequence[Draft], reason: str) -> None:
        """Refuse rows that would change what a sealed month has counted."""
        by = self.imported.created_by
        known = [drafted for drafted in drafts if drafted.subject is not None]
        refused = refusals((write for drafted in known for write in drafted.writes), by=by, reason=reason)
        for drafted in drafts:
            if drafted.subject is not None:
                sentence = refused.get(drafted.subject, "")
            else:
                unit = drafted.state.project.organisation_id
                sentence = self.seals.refusal(drafted.writes, unit, by=by, reason=reason)
            if sentence and drafted.writes:
                drafted.refuse(sentence)

    def _versions(self, rows: Sequence[ImportRow]) -> tuple[dict[int, ProjectVersion], dict[int, str]]:
        """The base version of each project as its sheet states it, and by position why it cannot be read."""
        versions: dict[int, ProjectVersion] = {}
        faults: dict[int, str] = {}
        for row in rows:
            subject, text = self.subjects.by_position[row.position], row.cells.get("version", "")
            if text and subject.pk is not None and subject.sought.key is not None:
                try:
                    versions[subject.pk] = ProjectVersion.read(text)
                except RuleBroken as fault:
                    faults[row.position] = str(fault)
        return versions, faults
