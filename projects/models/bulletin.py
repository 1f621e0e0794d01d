"""Published and sealed numbers: what was stated, by whom, as of which day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from projects.vocabulary import BulletinKind, FigureTopic, Unit, level_choices

from .constraints import ValidatedAtOnce, sane_year
from .links import optional
from .organisation import Organisation
from .person import User
from .source import Source


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def get_by_natural_key(self, title: str) -> Bulletin:
        return self.get(title=title)

    def listed(self) -> BulletinQuerySet:
        """The newest first, with what a list says of each; without the sealed text."""
        facts = self.select_related("source", "organisation", "sealed_by").defer("content")
        return facts.order_by("-as_of", "-sealed_at", "-pk")

    def chain(self) -> BulletinQuerySet:
        """Every seal in the order in which they follow one another."""
        return self.filter(kind=BulletinKind.SEALED).order_by("sealed_at", "pk")

    def seals_from(self, day: date) -> BulletinQuerySet:
        """Seals as of the day or later, the newest first; without the sealed text."""
        sealed = self.filter(kind=BulletinKind.SEALED, as_of__gte=day).select_related("organisation")
        return sealed.defer("content").order_by("-as_of", "pk")

    def sealed_days(
        self, *, level: str, organisation: Organisation | None
    ) -> models.QuerySet[Bulletin, date]:
        """The days that seals of the list speak of, the unit's own and the district's, the newest first."""
        sealed = self.filter(Q(organisation=None) | Q(organisation=organisation), kind=BulletinKind.SEALED)
        return sealed.filter(level=level).order_by("-as_of").values_list("as_of", flat=True).distinct()

    def month_seals(self, level: str, *, by: date, known_at: datetime | None = None) -> BulletinQuerySet:
        """The district's seals of a list by the day, made by the moment; the newest day first."""
        seals = self.filter(kind=BulletinKind.SEALED, level=level, organisation=None, as_of__lte=by)
        if known_at is not None:
            seals = seals.filter(sealed_at__lte=known_at)
        return seals.order_by("-as_of")

    def seal_before(
        self,
        day: date | models.Subquery,
        *,
        level: str,
        organisation: Organisation | None,
        known_at: datetime | None = None,
    ) -> BulletinQuerySet:
        """At most one: the newest seal of the list that ends before the day, and was there at the moment.

        The unit's own, else the district's. Without the sealed text.
        """
        sealed = self.filter(kind=BulletinKind.SEALED, level=level, as_of__lt=day)
        if known_at is not None:
            sealed = sealed.filter(sealed_at__lte=known_at)
        of_scope = sealed.filter(Q(organisation=None) | Q(organisation=organisation)).defer("content")
        return of_scope.order_by("-as_of", models.F("organisation").desc(nulls_last=True))[:1]


class Bulletin(models.Model):
    """A set of numbers as of one day, as printed; an article is one, a sealed month another."""

    title = models.CharField("标题", max_length=200, unique=True)
    kind = models.CharField("类型", max_length=20, choices=BulletinKind)
    year = models.PositiveSmallIntegerField("年度")
    as_of = models.DateField("数据截至")
    source = optional(Source, "来源", "bulletins")
    note = models.TextField("说明", blank=True)
    sealed_by = optional(User, "封存人", "sealed_bulletins", editable=False)
    sealed_at = models.DateTimeField("封存时间", null=True, blank=True, editable=False)
    level = models.CharField(
        "级别", max_length=20, choices=level_choices, blank=True, help_text="留空为全部项目"
    )
    organisation = optional(Organisation, "单位", "bulletins", help_text="留空为全区")
    content = models.TextField("封存内容", blank=True, editable=False)
    digest = models.CharField("摘要", max_length=64, blank=True, editable=False)
    previous_digest = models.CharField("上一期摘要", max_length=64, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="通报变更", verbose_name_plural="通报变更")

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["-as_of", "title"]
        constraints = [
            sane_year(),
            models.CheckConstraint(
                condition=~Q(kind=BulletinKind.PUBLISHED) | Q(source__isnull=False),
                name="bulletin_published_has_source",
                violation_error_message="对外发布的数字须注明来源。",
            ),
            models.CheckConstraint(
                condition=~Q(kind=BulletinKind.SEALED)
                | (Q(sealed_at__isnull=False) & ~Q(digest="") & ~Q(content="")),
                name="bulletin_sealed_has_digest",
                violation_error_message="封存的通报须有封存时间、内容与摘要。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sealed(self) -> bool:
        return self.kind == BulletinKind.SEALED

    def precedes(self, day: date, *, level: str, known_at: datetime | None) -> bool:
        """Whether it is a seal of the list, of the same year, that ends before the day and was there at the moment."""
        is_known = known_at is None or (self.sealed_at is not None and self.sealed_at <= known_at)
        of_list = self.is_sealed and self.level == level
        return of_list and is_known and self.year == day.year and self.as_of < day

    @property
    def short_digest(self) -> str:
        return self.digest[:12]

    @property
    def scope_words(self) -> str:
        """罗溪镇 · 市重点, 全区 · 全部项目."""
        level = self.get_level_display() if self.level else "全部项目"
        return f"{self.organisation or '全区'} · {level}"

    def natural_key(self) -> tuple[str]:
        return (self.title,)

    natural_key.dependencies = ["projects.source"]  # type: ignore[attr-defined]


class FigureQuerySet(models.QuerySet["Figure"]):
    def newest(
        self,
        year: int | None,
        organisation: Organisation | None,
        *,
        by: date | None = None,
        today: date | None = None,
        sealed: tuple[str, datetime | None] | None = None,
    ) -> FigureQuerySet:
        """Of the newest day (of the year, by `by`) that bulletins speak of: the district's figures and the unit's.

        `today`: a later day counts only where `by` asks for it. `sealed`, a list and a moment or None: besides,
        those of the seal of that list before the day. `newest_on` beside each tells the two apart.
        """
        bulletins = Bulletin.objects.all() if year is None else Bulletin.objects.filter(year=year)
        if (last := by or today) is not None:
            bulletins = bulletins.filter(as_of__lte=last)
        day = models.Subquery(bulletins.order_by("-as_of").values("as_of")[:1])
        wanted = Q(bulletin__as_of=day)
        if sealed is not None:
            level, known_at = sealed
            before = Bulletin.objects.seal_before(
                by or day, level=level, organisation=organisation, known_at=known_at
            )
            wanted |= Q(bulletin=models.Subquery(before.values("pk")))
        figures = self.filter(wanted, Q(organisation=None) | Q(organisation=organisation))
        figures = figures.select_related("bulletin__source").defer("bulletin__content")
        return figures.order_by("-bulletin__kind", "bulletin", "position").annotate(newest_on=day)

    def get_by_natural_key(self, title: str, code: str, level: str, organisation: str | None) -> Figure:
        return self.get(bulletin__title=title, code=code, level=level, organisation__name=organisation)


class Figure(ValidatedAtOnce):
    """One published number with its paragraph: whole yuan, whole dollars, a count, or a share in percent."""

    bulletin = models.ForeignKey(
        Bulletin, verbose_name="通报", related_name="figures", on_delete=models.CASCADE
    )
    position = models.PositiveSmallIntegerField("顺序", default=0)
    topic = models.CharField("主题", max_length=20, choices=FigureTopic, default=FigureTopic.PROJECTS)
    code = models.CharField("代码", max_length=60)
    label = models.CharField("名称", max_length=100)
    level = models.CharField("级别", max_length=20, choices=level_choices, blank=True)
    organisation = optional(Organisation, "单位", "figures")
    unit = models.CharField("计量", max_length=10, choices=Unit)
    amount = models.BigIntegerField("数值", null=True, blank=True)
    share = models.DecimalField("比重（%）", max_digits=7, decimal_places=2, null=True, blank=True)
    growth = models.DecimalField("增长（%）", max_digits=7, decimal_places=2, null=True, blank=True)
    printed = models.CharField("原样", max_length=60, blank=True)
    statement = models.CharField("文字表述", max_length=200, blank=True)
    paragraph = models.CharField("段落", max_length=20, blank=True)
    history = HistoricalRecords(verbose_name="数字变更", verbose_name_plural="数字变更")

    objects = FigureQuerySet.as_manager()

    newest_on: date

    class Meta:
        verbose_name = verbose_name_plural = "发布的数字"
        ordering = ["bulletin", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "code", "level"],
                condition=Q(organisation__isnull=True),
                name="one_figure_per_code_and_level",
                violation_error_message="同一通报中该数字已登记。",
            ),
            models.UniqueConstraint(
                fields=["bulletin", "code", "level", "organisation"],
                condition=Q(organisation__isnull=False),
                name="one_figure_per_code_and_unit",
                violation_error_message="同一通报中该单位的数字已登记。",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False)
                | Q(share__isnull=False)
                | Q(growth__isnull=False)
                | ~Q(statement=""),
                name="figure_says_something",
                violation_error_message="数值、比重、增长和文字表述至少填写一项。",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str, str, str, str | None]:
        name = self.organisation.name if self.organisation else None
        return (self.bulletin.title, self.code, self.level, name)

    natural_key.dependencies = ["projects.bulletin", "projects.organisation"]  # type: ignore[attr-defined]
