"""What a row of a project list would change in its project, cell by cell."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from projects.actions import marking
from projects.columns import plan_key, reached_key
from projects.models import AnnualPlan, Listing, Milestone, Participation, Project
from projects.models.checks import broken, checked_fields, clean_stated
from projects.models.copies import copied, link
from projects.models.listing import year_fault
from projects.rules import lifecycle, periods
from projects.rules.broken import RuleBroken
from projects.vocabulary import Level, Precision, Stage
from projects.workbooks.drafts import (
    NOT_YOURS,
    WHOLE_ROW,
    CellChange,
    Draft,
    ImportTerms,
    ParsedRow,
    RowComparison,
    worded,
)
from projects.workbooks.kinds.projects.records import (
    LISTED,
    OF_LISTS,
    OF_PROJECT,
    PLANNED,
    Period,
    ProjectRecords,
)

NOT_YOUR_UNIT = "您的账号不能把项目交给这个责任单位。"
NO_UNIT = "请填写责任单位：您的账号只能登记本单位及下级单位的项目。"
NO_NAME = "请填写项目名称。"
PLAN_KEPT = "{}已登记实际日期，表上的计划“{}”没有登记"
NO_LIST = "没有写明名单级别，不知道列入哪个名单。"

_LINKS = frozenset(field.name for field in Project._meta.concrete_fields if field.is_relation)
_CHECKED = checked_fields(Project, except_for=_LINKS | {"name"})
"""Fields that are checked again: a link was looked up by its name, and a missing name has its own message."""

_PROJECT, _LISTING, _PLAN, _MILESTONE = Project(), Listing(), AnnualPlan(), Milestone()
"""New records, of which each row takes copies."""
_KEYS = tuple((stage, plan_key(stage), reached_key(stage)) for stage in Stage)
_STAGES = {key: stage for stage, *keys in _KEYS for key in keys}
_REACHED_KEYS = frozenset(key for _, _, key in _KEYS)

type Values = Mapping[str, Any]


def draft(
    parsed: ParsedRow,
    current: ProjectRecords | None,
    terms: ImportTerms,
    *,
    before: ProjectRecords | None = None,
    is_repeated: bool = False,
) -> Draft:
    """What the row would write. `current`: the stored records, None for a new project.

    `before`: the records when the sheet was made, where somebody has written since. `is_repeated`: an earlier row
    of the same file is about this project, and this one may only put it on a further list.
    """
    label = str(parsed.values.get("name") or (current.project.name if current else ""))[:250]
    row = Draft(label, subject=current.project.pk if current else None, is_new=current is None)
    row.faults.update(parsed.faults)
    _check_rights(row, parsed.values, current, terms)
    row.state = after = (
        current.copy(keeps_project=is_repeated) if current else ProjectRecords(copied(_PROJECT))
    )
    changes = _Changes(row, after, parsed, terms)
    if is_repeated:
        changes.comparison.demand_same(parsed.values, OF_LISTS)
        changes.set_lists({}, only_adds=True)
    else:
        wanted = changes.comparison.wanted(parsed.values, before.values() if before else None)
        changes.set_facts({key: value for key, value in wanted.items() if key in OF_PROJECT})
        changes.set_helpers(parsed.values.get("helpers", frozenset()))
        changes.set_lists(wanted)
        changes.set_plan({key: value for key, value in wanted.items() if key in PLANNED})
        changes.set_stages(wanted)
    if row.faults or row.conflicts:
        row.records = []
    return row


def _check_rights(row: Draft, values: Values, current: ProjectRecords | None, terms: ImportTerms) -> None:
    writer = terms.writer
    if current is None:
        if not writer.may_assign(values.get("organisation")) and "organisation" not in row.faults:
            row.faults["organisation"] = NOT_YOUR_UNIT if "organisation" in values else NO_UNIT
        return
    if current.project.pk is not None and not writer.may_write(current.project.pk):
        row.faults[WHOLE_ROW] = NOT_YOURS
    unit = values.get("organisation", current.project.organisation_id)
    if unit != current.project.organisation_id and not writer.may_assign(unit):
        row.faults["organisation"] = NOT_YOUR_UNIT


class _Changes:
    """Sets the wanted values on `after`, a copy of the stored records, and checks each record."""

    def __init__(self, row: Draft, after: ProjectRecords, parsed: ParsedRow, terms: ImportTerms) -> None:
        self.row, self.after, self.values, self.terms = row, after, parsed.values, terms
        self.comparison = RowComparison(row, after.values(), terms, parsed.choice)

    def set_facts(self, wanted: Values) -> None:
        """Set the project's own values; checked by the model and the table, as the page's form is."""
        if not wanted and not self.row.is_new:
            return
        project = self.after.project
        stored = None if self.row.is_new else copied(project)
        for key, value in wanted.items():
            self._set_fact(project, key, value)
            self.comparison.add(key, value)
        try:
            if stored is not None:
                project.keep_former_name(stored.name)
        except RuleBroken as full:
            self.row.faults.setdefault("former_names", str(full))
        if not project.name:
            self.row.faults.setdefault("name", NO_NAME)
        try:
            clean_stated(project, _CHECKED)
            project.clean_codes()
        except ValidationError as fault:
            for key, messages in fault.message_dict.items():
                self.row.faults.setdefault(key if key in OF_PROJECT else WHOLE_ROW, "；".join(messages))
        self._write(stored, project)

    def _set_fact(self, project: Project, key: str, value: Any) -> None:
        """Another unit answers from the day of the terms on; of a new project it has always answered."""
        if key != "organisation" or self.row.is_new:
            OF_PROJECT[key].set(project, value)
            return
        try:
            project.hand_to(value, on=self.terms.handed_on or self.terms.today, today=self.terms.today)
        except RuleBroken as broken:
            self.row.faults.setdefault("organisation", str(broken))

    def set_helpers(self, units: frozenset[int]) -> None:
        """Add the units that take part, from the day of the terms on; none is taken away here."""
        missing = sorted(units - self.after.helpers - {self.after.project.organisation_id})
        if not missing:
            return
        names = self.terms.names.get("organisation", {})
        before, after = (
            "、".join(names.get(unit, "") for unit in (*sorted(self.after.helpers), *added))
            for added in ((), missing)
        )
        self.after.helpers |= units
        self.row.changes.append(CellChange("helpers", "协同单位", before, after))
        for unit in missing:
            since = None if self.row.is_new else self.terms.handed_on or self.terms.today
            self._write(None, Participation(organisation_id=unit, began_on=since))

    def set_lists(self, wanted: Values, *, only_adds: bool = False) -> None:
        """Put the project on the lists that the row, its section or the terms name; it is never removed here.

        A new place on a list takes all that the row says. `only_adds`: a place that an earlier row of the file has
        named does not change again.
        """
        present = self.comparison.theirs["level"]
        levels = self.values.get("level") or self.terms.levels or present
        if not levels:
            if any(key in self.values for key in LISTED):
                self.row.faults.setdefault("level", NO_LIST)
            return
        if not levels <= present:
            self.comparison.add("level", present | levels)
        for level in Level:
            stored = self.after.listings.get(level)
            if level in levels and not (only_adds and stored):
                self._set_list(level, stored, wanted if stored else self.values)

    def _set_list(self, level: Level, stored: Listing | None, values: Values) -> None:
        if stored is not None and stored.removed_on is not None:
            removed = periods.wording(stored.removed_on, Precision.DAY)
            fault = f"{removed}已调出{stored}，如需恢复请在项目页办理。"
        else:
            fault = "" if stored else year_fault(self.terms.year, today=self.terms.today)
        if fault:
            self.row.faults.setdefault("level", fault)
            return
        listing = copied(stored or _LISTING)
        listing.year, listing.level = self.terms.year, level
        for key, column in LISTED.items():
            value = values.get(key)
            if value is None or column.get(listing) == value:
                continue
            if stored is not None:
                label = f"{level.label}{column.title}"
                self.comparison.add_words(key, label, column.get(stored), value)
            column.set(listing, value)
        if stored is None or any(column.get(listing) != column.get(stored) for column in LISTED.values()):
            self.after.listings[level] = listing
            self._write(stored, listing)

    def set_plan(self, wanted: Values) -> None:
        """Set the amounts of the year's plan."""
        if not wanted:
            return
        stored = self.after.plan
        if stored is None and (fault := year_fault(self.terms.year, today=self.terms.today)):
            self.row.faults.setdefault(WHOLE_ROW, fault)
            return
        plan = copied(stored or _PLAN)
        plan.year = self.terms.year
        for key, value in wanted.items():
            PLANNED[key].set(plan, value)
            self.comparison.add(key, value)
        self.after.plan = plan
        self._write(stored, plan)

    def set_stages(self, wanted: Values) -> None:
        """Set the plans and days that the row states; a later plan is a postponement and needs its cause."""
        first, last = self.values.get("years") or (None, None)
        span = {Stage.STARTED: first, Stage.COMPLETED: last}
        stated = {_STAGES[key] for key in wanted.keys() & _STAGES.keys()}
        for stage, planned_key, day_key in _KEYS:
            if stage not in stated and stage not in span:
                continue
            plan, reached = wanted.get(planned_key), wanted.get(day_key)
            if (end := span.get(stage)) and planned_key not in self.values:
                plan = self._span_plan(stage, end)
            if plan or reached:
                self._set_stage(stage, plan, reached)
        if not wanted.keys().isdisjoint(_REACHED_KEYS):
            self._check_order(wanted)

    def _span_plan(self, stage: Stage, end: Period) -> Period | None:
        """建设年限 is a plan of the coarsest kind: it never replaces a stored one."""
        stored = self.after.milestones.get(stage)
        is_open = stored is None or (
            stored.current_on is None and stored.reached_on is None and not stored.skipped
        )
        return end if is_open else None

    def _set_stage(self, stage: Stage, plan: Period | None, reached: Period | None) -> None:
        stored = self.after.milestones.get(stage)
        if plan and stored and stored.reached_on and stored.current_on and not stored.skipped:
            self.row.doubts.append(PLAN_KEPT.format(stage.label, periods.wording(*plan)))
            plan = None
            if not reached:
                return
        milestone = copied(stored or _MILESTONE)
        milestone.stage = stage
        link(milestone, "project", self.after.project)
        if plan:
            self._try(plan_key(stage), plan, lambda: self._mark_plan(milestone, plan))
        if reached:
            self._try(reached_key(stage), reached, lambda: self._mark_reached(milestone, reached))
        self.after.milestones[stage] = milestone
        self._write(stored, milestone)

    def _try(self, key: str, value: Period, mark: Callable[[], None]) -> None:
        try:
            mark()
        except RuleBroken as fault:
            self.row.faults.setdefault(key, str(fault))
        else:
            self.comparison.add(key, value)

    def _mark_plan(self, milestone: Milestone, plan: Period) -> None:
        on, precision = plan
        if milestone.reached_on is not None and not milestone.skipped:
            marking.set_known_plan(milestone, on, precision)
            return
        current, cause = milestone.current_on, self.values.get("cause")
        if current is None or periods.last_day(on, precision) <= current:
            marking.set_plan(milestone, on, precision)
        elif cause is None:
            key = plan_key(Stage(milestone.stage))
            words = worded(key, self.comparison.theirs[key], self.terms)
            raise RuleBroken(f"晚于现计划（{words}），属于推迟：请在“推迟原因”一列写明原因。")
        else:
            marking.set_later_plan(milestone, on, precision, cause=cause[0], words=cause[1])

    def _mark_reached(self, milestone: Milestone, reached: Period) -> None:
        """The order of the stages is checked when all days of the row are set."""
        on, precision = reached
        alone = [milestone.as_step()]
        marking.set_reached(milestone, on, precision, others=alone, today=self.terms.today, note="")

    def _check_order(self, wanted: Values) -> None:
        stated = {stage for stage in Stage if reached_key(stage) in wanted}
        steps = [milestone.as_step() for milestone in self.after.milestones.values()]
        for fault in lifecycle.order_faults(steps):
            stage = fault.later if fault.later in stated else fault.earlier
            if stage in stated:
                self.row.faults.setdefault(reached_key(stage), fault.sentence)

    def _write(self, stored: Any, record: Any) -> None:
        """Check a record by its model and by the constraints of its table, and add it to the draft."""
        if not isinstance(record, Project):
            link(record, "project", self.after.project)
            try:
                record.clean()
            except ValidationError as fault:
                self.row.faults.setdefault(WHOLE_ROW, "；".join(fault.messages))
        for sentence in broken(record):
            self.row.faults.setdefault(WHOLE_ROW, sentence)
        self.row.write(stored, record)
