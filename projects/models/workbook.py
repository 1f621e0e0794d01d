"""Workbooks that came in, and what was made of their rows: the way from a file to the register, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, Q
from django.utils import timezone

from projects.columns import COLUMNS, by_key
from projects.rules.broken import RuleBroken
from projects.rules.typed import narrow
from projects.vocabulary import ImportKind, ImportState, Level, Outcome

from .encrypted import EncryptedJSONField
from .encrypted_files import EncryptedStorage
from .links import optional
from .organisation import Organisation
from .person import User
from .source import Source
from .statements import converted, insert, stored_fields, update

WORKING = frozenset({ImportState.READING, ImportState.JUDGING, ImportState.APPLYING, ImportState.UNDOING})
"""States in which a job is at work."""


class Workbook(models.Model):
    """A file as it was sent: the source of whatever was written from it."""

    file = models.FileField("文件", upload_to="workbooks/%Y/%m/", storage=EncryptedStorage())
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", related_name="workbooks", on_delete=models.PROTECT
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)
    source = optional(Source, "来源", "workbooks")  # the same bytes sent twice are one source

    class Meta:
        verbose_name = verbose_name_plural = "工作簿"
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["sha256"], name="workbook_by_digest")]

    def __str__(self) -> str:
        return self.name


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> ImportQuerySet:
        """One's own; keepers see, and may undo, what anybody has applied."""
        own = Q(created_by=user)
        if not user.is_keeper:
            return self.filter(own)
        return self.filter(own | Q(state__in=[ImportState.PARTLY, ImportState.APPLIED, ImportState.UNDONE]))

    def facts(self) -> ImportQuerySet:
        return self.select_related("workbook", "created_by", "applied_by", "undone_by")

    def stopped(self) -> ImportQuerySet:
        """Written in part: a person has to decide whether the rest follows, or what was written is undone."""
        return self.filter(state=ImportState.PARTLY)

    def locked(self, imported: Import, state: ImportState) -> Import:
        """The import, locked; raises RuleBroken when it is no longer in this state, or was begun again since."""
        found = self.select_for_update(of=("self",)).get(pk=imported.pk)
        if found.state != state or found.attempt != imported.attempt:
            raise RuleBroken(f"这次导入{found.get_state_display()}，不能重复操作。")
        return found

    def same_applied(self, sha256: str, kind: str) -> ImportQuerySet:
        """Imports of the same bytes that stand in the register."""
        return self.filter(workbook__sha256=sha256, kind=kind, state=ImportState.APPLIED)


class Import(models.Model):
    """One workbook on its way: read, its headings understood, its rows judged, written, and perhaps undone.

    A long one is written and undone some rows at a time, so that others can write meanwhile.

    It changes no fact itself: what it did stands in the history of the records.
    """

    workbook = models.ForeignKey(
        Workbook, verbose_name="工作簿", related_name="imports", on_delete=models.PROTECT
    )
    kind = models.CharField("内容", max_length=20, choices=ImportKind)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    """This, `level` and `month` hold for every row; a person states them, or a line above the table."""
    level = models.CharField("级别", max_length=20, choices=Level, blank=True)
    month = models.DateField("月份", null=True, blank=True)
    handed_on = models.DateField("责任单位变更日期", null=True, blank=True)
    without_hidden = models.BooleanField("不读隐藏行", default=False)
    number_is_list = models.BooleanField("序号作为名单序号", default=False)
    left_out = models.JSONField("不读的工作表", default=list)
    """Names of sheets."""
    columns = models.JSONField("表头", default=dict)
    """Headings mapped by hand and units stated by hand: {folded heading: {"key": …, "unit": …}}."""
    answers = models.JSONField("回答", default=dict)
    """What a person answered about the lines and the period of its sheets: {code of the question: value}."""
    layout = EncryptedJSONField("版式", default=dict)
    """What was recognised, sheet by sheet, for the page that shows it."""
    state = models.CharField("状态", max_length=20, choices=ImportState, default=ImportState.READING)
    attempt = models.PositiveIntegerField("开始次数", default=0)
    """How often a step has begun; 0: the workbook is only stored."""
    begun_at = models.DateTimeField("本步开始", default=timezone.now)
    begun_by = optional(User, "本步操作人", "+")
    only_good = models.BooleanField("只写入没有错误的行", default=False)
    undo_reason = models.CharField("撤销原因", max_length=200, blank=True)
    undo_rows = models.JSONField("要撤销的行", default=list)
    """Keys of the rows that the step takes back; empty: all that still stand."""
    undoings = models.JSONField("撤销的部分", default=list)
    """`undo.Undoing` of each time that some of the rows were taken back."""
    fault = models.TextField("未完成的原因", blank=True)
    asked = EncryptedJSONField("待回答", default=list)
    """`row_questions.RowQuestion` of each word and column that is asked about once for all its rows."""
    outline = EncryptedJSONField("分段", default=list)
    """`totals.OutlineLine` of each line of the sheets that is no row."""
    counts = models.JSONField("各结果的行数", default=dict)
    """Rows by outcome, as they were judged last."""
    sums = models.JSONField("金额合计", default=list)
    """`totals.ColumnSum` of each money column."""
    printed_totals = models.JSONField("表上的合计", default=list)
    """`totals.PrintedTotal` of each total that the sheet prints."""
    total = models.PositiveIntegerField("总行数", default=0)
    reason = models.CharField("说明", max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", related_name="imports", on_delete=models.PROTECT
    )
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    applied_by = optional(User, "写入人", "applied_imports")
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    written = models.PositiveIntegerField("写入行数", default=0)
    undone_by = optional(User, "撤销人", "undone_imports")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_by", "state"], name="import_by_person_and_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.workbook.name}"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def has_begun(self) -> bool:
        """Whether anybody has started the import since its workbook was stored."""
        return self.attempt > 0

    @property
    def in_words(self) -> str:
        """新增 3，有错误 1."""
        return "，".join(f"{Outcome(key).label} {count}" for key, count in self.counts.items() if count)


_SPANS = re.compile(r"[,、;\s]+")
_SPAN = re.compile(r"([0-9]{1,9})(?:[-~—–至]([0-9]{1,9}))?")

ROW_TEXTS = ("position", "sheet", "line", "cells", "unread")
"""The columns of a row that reading sets."""

type RowTexts = tuple[str, int, dict[str, str], dict[str, str]]
"""What a row says: its sheet, its line, its cells, and why some could not be read."""


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def outcomes(self) -> dict[str, int]:
        return dict(self.order_by().values_list("outcome").annotate(rows=Count("pk")))

    def of_outcome(self, *outcomes: str) -> ImportRowQuerySet:
        return self.filter(outcome__in=outcomes)

    def add(self, imported: Import, texts: Iterable[RowTexts], *, after: int) -> None:
        """Write new rows, which nobody has judged yet, in their order behind the position `after`."""
        fields = stored_fields(self.model)
        (usual,) = converted([ImportRow(parent=imported)], fields)
        places = [fields.index(field) for field in stored_fields(self.model, ROW_TEXTS)]
        json = {at for at in places if isinstance(fields[at], models.JSONField)}
        rows = []
        for position, values in enumerate(texts, start=after + 1):
            row = list(usual)
            for at, value in zip(places, (position, *values), strict=True):
                row[at] = fields[at].get_db_prep_save(value, connection) if at in json else value
            rows.append(row)
        insert(self.model, fields, rows)

    def keep(self, rows: Sequence[ImportRow], columns: Sequence[str]) -> None:
        """Write these columns of many rows."""
        fields = stored_fields(self.model, columns)
        update(self.model, fields, converted(rows, fields), (row.pk for row in rows))

    def about(self, labels: Iterable[str], subjects: Iterable[int]) -> ImportRowQuerySet:
        """Rows that are shown under one of these names, or to be about one of these records."""
        return self.filter(Q(label__in=labels) | Q(subject__in=subjects))

    def enlisting(self) -> ImportRowQuerySet:
        """Rows that would put a project on a list."""
        return self.of_outcome(Outcome.NEW, Outcome.CHANGED).filter(enlists=True)

    def standing(self) -> ImportRowQuerySet:
        """Rows that have written something that was not taken back, in their order."""
        return self.exclude(written=[]).filter(undone_at=None).order_by("position")

    def called(self, sought: str) -> ImportRowQuerySet:
        """Rows with these words in their names, or of these lines: 3-20、45; all for no words."""
        spans = [_SPAN.fullmatch(part) for part in _SPANS.split(narrow(sought).strip())]
        if not all(spans):
            return self.filter(label__icontains=sought.strip())
        lines = Q()
        for span in filter(None, spans):
            first, last = int(span[1]), int(span[2] or span[1])
            lines |= Q(line__gte=first, line__lte=last)
        return self.filter(lines)

    def unwritten(self) -> ImportRowQuerySet:
        """Rows that are due and were not written."""
        return self.of_outcome(Outcome.NEW, Outcome.CHANGED).filter(written=[])

    def undecided(self) -> ImportRowQuerySet:
        """Rows that stop an import of everything: faulty, or waiting for a person's choice."""
        return self.filter(outcome__in=[Outcome.FAULTY, Outcome.ALIKE, Outcome.CONFLICT])


class ImportRow(models.Model):
    """One row of the sheet: what it says, what is wrong with it, what it would change, what it has written."""

    parent = models.ForeignKey(Import, verbose_name="导入", related_name="rows", on_delete=models.CASCADE)
    position = models.PositiveIntegerField("次序")
    sheet = models.CharField("工作表", max_length=100)
    line = models.PositiveIntegerField("行号")
    outcome = models.CharField("结果", max_length=20, choices=Outcome, default=Outcome.PENDING)
    label = models.CharField("名称", max_length=250, blank=True)
    subject = models.BigIntegerField("对应记录", null=True, blank=True)
    cells = EncryptedJSONField("内容", default=dict)
    """What the row says, by column key, as text; a cell that was mended says the new text."""
    origin = EncryptedJSONField("原内容", default=dict)
    """The text of cells that were mended, as the workbook has it."""
    unread = models.JSONField("读不出的单元格", default=dict)
    """Why a cell could not be read as text at all, by column key, until it is mended."""
    faults = EncryptedJSONField("错误", default=dict)
    """What is wrong, by column key; "" for the row itself."""
    changes = EncryptedJSONField("改动", default=list)
    """`drafts.Change` of each cell that would change."""
    enlists = models.BooleanField("列入名单", default=False)
    """Whether the changes put the project on a list."""
    conflicts = EncryptedJSONField("冲突", default=list)
    """`drafts.CellConflict` of each cell that somebody else has changed to another value."""
    candidates = models.JSONField("疑似", default=list)
    """`matching.Candidate` of each record that this row may mean."""
    doubts = models.JSONField("疑问", default=list)
    """Sentences about what may be right and looks wrong: the preview shows them, and they stop nothing."""
    choice = models.JSONField("选择", default=dict)
    """What a person chose: {"subject": pk or "new"} of candidates, {column key: "mine" or "theirs"} of conflicts."""
    written = models.JSONField("写入", default=list)
    """`change_sets.WrittenRecord` of each record that the row has written."""
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    """When what the row has written was taken back."""

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入的行"
        ordering = ["parent", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "position"],
                name="one_import_row_per_position",
                violation_error_message="这一行已经读入。",
            ),
        ]
        indexes = [models.Index(fields=["parent", "outcome", "position"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.sheet} 第 {self.line} 行"

    @property
    def readable(self) -> dict[str, str]:
        """The cells that could be read as text."""
        return {key: text for key, text in self.cells.items() if key not in self.unread}

    @property
    def place(self) -> str:
        """As a source paragraph: 第12行."""
        return f"第{self.line}行"


class HeadingChoiceQuerySet(models.QuerySet["HeadingChoice"]):
    def remembered(self, organisation: Organisation | None, kind: str) -> dict[str, str]:
        """The meanings that this unit's people chose for headings: {folded heading: column key}."""
        rows = self.filter(organisation=organisation, kind=kind, column="")
        return dict(rows.values_list("heading", "key"))

    def words(self, organisation: int | None, kind: str) -> dict[tuple[str, str], str]:
        """What they chose for words that a directory does not have: {(column key, word): its own word}."""
        rows = self.filter(organisation=organisation, kind=kind).exclude(column="")
        return {
            (column, word): meaning for column, word, meaning in rows.values_list("column", "heading", "key")
        }


class HeadingChoice(models.Model):
    """What a heading, or a word in the cells of a column, means on the sheets of one unit, as its people chose."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name="单位",
        related_name="heading_choices",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
    )
    kind = models.CharField("内容", max_length=20, choices=ImportKind)
    column = models.CharField("列", max_length=40, blank=True, default="")
    """The column whose cells have the word; "" for a heading."""
    heading = models.CharField("表头或词", max_length=200)
    key = models.CharField("含义", max_length=100, blank=True)
    """The column that a heading means, or the word of the directory; "" for nothing."""
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="选择人", related_name="+", on_delete=models.PROTECT
    )
    chosen_at = models.DateTimeField("选择时间", default=timezone.now)

    objects = HeadingChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表头的含义"
        ordering = ["organisation", "kind", "column", "heading"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "column", "heading"],
                condition=Q(organisation__isnull=False),
                name="one_meaning_per_heading",
                violation_error_message="这个表头已有含义。",
            ),
            models.UniqueConstraint(
                fields=["kind", "column", "heading"],
                condition=Q(organisation__isnull=True),
                name="one_meaning_without_unit",
                violation_error_message="这个表头已有含义。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.meaning}"

    @property
    def meaning(self) -> str:
        """The column's own title, or the word of the directory; 不导入 for none."""
        if self.column:
            return self.key or "不导入"
        column = by_key(COLUMNS[ImportKind(self.kind)]).get(self.key)
        return column.title if column else "不导入"
