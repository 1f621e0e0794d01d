"""Papers for meetings that were asked for: of which day and basis, the files that were made, and their numbers."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules.layouts import COLUMNS, known_columns
from projects.vocabulary import PaperKind, level_choices

from .bulletin import Bulletin
from .encrypted_files import EncryptedStorage
from .links import optional
from .organisation import Organisation
from .person import User
from .reach import Nothing, UnitAndBelow, WholeDistrict


class PaperOrderQuerySet(models.QuerySet["PaperOrder"]):
    def visible_to(self, user: User) -> PaperOrderQuerySet:
        """One's own, as far as one may read today; keepers see everybody's."""
        match user.reach:
            case WholeDistrict():
                return self if user.is_keeper else self.filter(asked_by=user)
            case UnitAndBelow(unit):
                return self.filter(asked_by=user, organisation__in=unit.units)
            case Nothing():
                return self.none()

    def facts(self) -> PaperOrderQuerySet:
        people = self.select_related("asked_by", "organisation", "bulletin")
        return people.defer("bulletin__content").prefetch_related("papers")

    def asked_before(self, moment: datetime) -> PaperOrderQuerySet:
        return self.filter(asked_at__lt=moment)


class PaperOrder(models.Model):
    """What somebody asked for at once: day, basis and scope are frozen, and every paper is made of them.

    The basis is a seal, or the register as it was known at the moment `known_at`.
    """

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="生成人",
        related_name="paper_orders",
        on_delete=models.PROTECT,
    )
    asked_at = models.DateTimeField("生成时间", default=timezone.now)
    as_of = models.DateField("数据截至")
    level = models.CharField("级别", max_length=20, choices=level_choices, blank=True)
    organisation = optional(Organisation, "单位", "paper_orders", help_text="留空为全区")
    bulletin = optional(Bulletin, "封存", "paper_orders", help_text="留空为台账")
    known_at = models.DateTimeField("所知时间")
    columns = models.JSONField("调度表的列", default=list)
    """Keys of `rules.layouts` in their order, as they were chosen; empty: the usual ones."""
    with_phones = models.BooleanField("含联系电话", default=False)
    page_address = models.CharField("项目页地址", max_length=200)
    """Of the project 0; a card's QR code leads to it."""
    attempt = models.PositiveIntegerField("开始次数", default=1)
    asked_again_at = models.DateTimeField("重新开始", null=True, blank=True)
    begun_at = models.DateTimeField("开始处理", null=True, blank=True)
    fault = models.CharField("未完成的原因", max_length=300, blank=True)

    objects = PaperOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议材料"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["asked_by", "asked_at"], name="paper_order_by_person")]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d} {self.scope_words}"

    @property
    def scope_words(self) -> str:
        """罗溪镇 · 市重点, 全区 · 全部项目."""
        level = self.get_level_display() if self.level else "全部项目"
        return f"{self.organisation or '全区'} · {level}"

    @property
    def basis_words(self) -> str:
        return "封存" if self.bulletin_id else "台账"

    @property
    def made(self) -> list[Paper]:
        return [paper for paper in self.papers.all() if paper.made_at]

    @property
    def is_working(self) -> bool:
        """Whether papers are still to come."""
        return not self.fault and len(self.made) < len(self.papers.all())


TEMPLATE_NOUNS = {PaperKind.BULLETIN: "模板", PaperKind.DECK: "母版"}


class PaperTemplateQuerySet(models.QuerySet["PaperTemplate"]):
    def newest_first(self, kind: PaperKind) -> PaperTemplateQuerySet:
        return self.filter(kind=kind).select_related("uploaded_by").order_by("-number")

    def in_force(self, kind: PaperKind) -> PaperTemplate | None:
        """The newest; None before the first: then it is the system's."""
        return self.newest_first(kind).first()


class PaperTemplate(models.Model):
    """A version of the bulletin's Word template or of the slides' master; each is kept, the newest is in force."""

    kind = models.CharField("种类", max_length=20, choices=PaperKind, default=PaperKind.BULLETIN)
    number = models.PositiveIntegerField("版本")
    file = models.FileField("文件", upload_to="papers/templates/", blank=True)
    """"" for the system's own, to which the office has gone back."""
    name = models.CharField("文件名", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    reason = models.CharField("原因", max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上传人",
        related_name="paper_templates",
        on_delete=models.PROTECT,
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)

    objects = PaperTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "材料模板"
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="one_template_per_number",
                violation_error_message="刚才有人上传了新的模板，请刷新后再试。",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版 {self.name or f'系统的{self.noun}'}"

    @property
    def noun(self) -> str:
        return TEMPLATE_NOUNS[PaperKind(self.kind)]


class Paper(models.Model):
    """One file of an order. Until it is made it has no file; afterwards it is never changed."""

    order = models.ForeignKey(
        PaperOrder, verbose_name="会议材料", related_name="papers", on_delete=models.CASCADE
    )
    kind = models.CharField("种类", max_length=20, choices=PaperKind)
    template = optional(PaperTemplate, "模板", "papers", help_text="留空为系统的模板")
    file = models.FileField("文件", upload_to="papers/%Y/%m/", blank=True, storage=EncryptedStorage())
    name = models.CharField("文件名", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    fields_sha256 = models.CharField("数字的摘要", max_length=64, blank=True)
    made_at = models.DateTimeField("生成完成", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料文件"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                name="one_paper_per_kind",
                violation_error_message="这一种材料已经在这一次里。",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | (~Q(file="") & ~Q(sha256="")),
                name="paper_made_has_file",
                violation_error_message="生成完成的材料应有文件和它的摘要。",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class PaperField(models.Model):
    """A number in a paper, as printed, and what it is of; day and basis are those of the order."""

    paper = models.ForeignKey(Paper, verbose_name="材料", related_name="fields", on_delete=models.CASCADE)
    key = models.CharField("栏目", max_length=60)
    indicator = models.CharField("指标", max_length=30, blank=True)
    organisation_key = models.PositiveBigIntegerField("单位", null=True, blank=True)
    """Of the unit, and `project_key` of the project, that the number is of; neither: the whole scope."""
    project_key = models.PositiveBigIntegerField("项目", null=True, blank=True)
    value = models.CharField("数值", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "材料里的数字"
        ordering = ["paper", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "key"],
                name="one_field_per_key",
                violation_error_message="这个栏目的数字已经记下。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}：{self.value}"


class TableLayout(models.Model):
    """Columns of a 调度表 in their order, under a name; the office keeps them, everybody may choose one."""

    name = models.CharField("名称", max_length=30, unique=True)
    columns = models.JSONField("列", default=list)
    """Keys of `rules.layouts`."""
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="保存人",
        related_name="table_layouts",
        on_delete=models.PROTECT,
    )
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "调度表版式"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def headings(self) -> str:
        return "、".join(COLUMNS[key] for key in known_columns(self.columns))
