"""What the completion page, its drill-downs, the register as of a day and the comparison of two days ask."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from django.http import Http404, QueryDict
from django.utils import timezone

from projects import access
from projects.figures.completion.breakdown import Breakdown, breakdown
from projects.figures.completion.compare import Comparison, Explanation, compare, explain
from projects.figures.completion.lines import CompletionPage, RowLine
from projects.figures.completion.page import completion_page, page_of_seal, ranking, sealed_page
from projects.figures.completion.published import PublishedFigures, newest_published
from projects.figures.completion.ranks import ranked
from projects.figures.scope import Scope
from projects.forms.questions import (
    ALL_LEVELS,
    BY_INDUSTRY,
    LEDGER,
    ComparisonQuestion,
    CompletionQuestion,
    RegisterQuestion,
)
from projects.models import Bulletin, Industry, Organisation, Project, User
from projects.rules import bulletin, periods
from projects.rules.bulletin import Printed
from projects.rules.completion import LEAST_RANKED
from projects.vocabulary import Indicator

from .months import visible_part

SEALS_OFFERED = 6


class CompletionAnswer:
    """Question, scope, page and rows of the completion page, each computed when it is first read.

    Only a valid question has a scope, a page and rows.
    """

    def __init__(
        self,
        data: QueryDict,
        user: User,
        *,
        form: type[CompletionQuestion] = CompletionQuestion,
        organisations: Sequence[Organisation] | None = None,
    ) -> None:
        """`organisations`: all units, where the caller has read them already."""
        self.user = user
        self.organisations = list(Organisation.objects.all() if organisations is None else organisations)
        self.question = form(
            data,
            readable=access.readable_among(user, self.organisations),
            reach=user.reach,
            today=timezone.localdate(),
        )

    @cached_property
    def _published(self) -> PublishedFigures:
        """What bulletins state of the unit or the district; the newest of them may set the day of the scope."""
        asked = self.question.asked
        sealed = (asked.level, asked.known_at)
        # A bulletin of a day that is to come does not set the day of the page.
        today = timezone.localdate()
        return newest_published(asked.year, asked.whose, by=asked.as_of, today=today, sealed=sealed)

    @cached_property
    def _as_of(self) -> date:
        asked = self.question.asked
        return asked.as_of or self._published.day or _last_day(asked.year)

    @cached_property
    def seal(self) -> Bulletin | None:
        """The seal of the list and the day, by which all of the page goes; None where the register as it stands, or as
        it was known at another moment, is asked for.
        """
        asked, seal = self.question.asked, self._published.seal
        if asked.known_at or asked.basis == LEDGER or seal is None:
            return None
        return seal if seal.as_of == self._as_of else None

    @property
    def may_change_basis(self) -> bool:
        """Whether anything was sealed or published of the day, so that there are two bases to choose from."""
        if self.question.asked.known_at:
            return False
        seal, figures = self._published.seal, self.stated.figures
        of_day = seal is not None and seal.as_of == self._as_of
        return of_day or any(
            figure.bulletin.as_of == self._as_of and figure.level == self.scope.level for figure in figures
        )

    @cached_property
    def scope(self) -> Scope:
        """What the page is computed for: on the page of a seal, as it was known at the moment of the seal."""
        now = self._scope_now
        return replace(now, known_at=self.seal.sealed_at) if self.seal else now

    @cached_property
    def _scope_now(self) -> Scope:
        asked, as_of = self.question.asked, self._as_of
        projects = Project.objects.counted_for(self.user)
        if asked.town:
            projects = projects.located_in(asked.town)
        if asked.industry:
            projects = projects.of_industry(asked.industry)
        return Scope(
            projects,
            as_of.year,
            as_of,
            asked.level,
            asked.organisation,
            asked.known_at,
            self.organisations,
            reach=self.user.reach,
            is_part=bool(asked.town or asked.industry),
        )

    @property
    def level(self) -> str:
        """The level as a parameter names it."""
        return self.scope.level or ALL_LEVELS

    @property
    def basis(self) -> str:
        """`sealed`, `published` or `ledger`: whose numbers head the page."""
        if self.seal:
            return "sealed"
        return "published" if any(line.published for line in self.page.lines) else LEDGER

    @property
    def whose(self) -> str:
        """Whose numbers these are, in words: 全区, 罗溪镇新能源产业."""
        asked = self.question.asked
        town = f"位于{asked.town}的" if asked.town else ""
        industry = f"{asked.industry.name.removesuffix('产业')}产业" if asked.industry else ""
        return f"{self.scope.organisation or '全区'}{town}{industry}"

    @property
    def organisation(self) -> str | None:
        """The name of the unit; None for the district."""
        return self.scope.organisation.name if self.scope.organisation else None

    @cached_property
    def page(self) -> CompletionPage:
        figures = self.stated.figures
        if self.seal:
            return sealed_page(self._scope_now, figures, self.seal, rows=self._industries)
        is_headed = self.question.asked.basis != LEDGER
        return completion_page(self.scope, figures, rows=self._industries, is_headed=is_headed)

    @cached_property
    def headed(self) -> CompletionPage:
        """The numbers of the page; of a sealed one without the ledger beside it, which costs as much again."""
        if self.seal is None:
            return self.page
        return page_of_seal(self._scope_now, self.stated.figures, self.seal, rows=self._industries)

    def opened(self, indicator: str) -> Breakdown:
        """A number of the page with the projects behind it; Http404 where the page has no such number."""
        line = next((line for line in self.page.lines if line.indicator == indicator), None)
        if line is None:
            raise Http404("这个范围没有这项指标。")
        return breakdown(self.scope, line)

    @cached_property
    def rows(self) -> list[RowLine]:
        """The rows of the page in the order that was asked for."""
        ranked_by = self.question.asked.rank_by
        return ranking(self.page, by=ranked_by, least=LEAST_RANKED, names=self._industries)

    @cached_property
    def sealed_before(self) -> Printed | None:
        """The last sealed month before the page's, as far as the user may see it; None where its scope is another one,
        whose rows are other units. One query for the sealed text.
        """
        if not self.stated.sealed or self._industries is not None:
            return None
        seal = self.stated.sealed[0].bulletin
        unit = self.scope.organisation
        if seal.organisation_id != (unit.pk if unit else None):
            return None
        printed = bulletin.read(seal.content)
        return visible_part(printed, self.user, self.organisations) if printed else None

    @property
    def stated(self) -> PublishedFigures:
        """What bulletins state of this scope: they know units only, and what was known when they were made."""
        asked = self.question.asked
        if asked.town or asked.industry:
            return PublishedFigures(self._published.day, seal=self._published.seal)
        return replace(self._published, figures=()) if asked.known_at else self._published

    @cached_property
    def _industries(self) -> dict[int, str] | None:
        """Names of the rows by industry; None: the rows are units."""
        if self.question.asked.by != BY_INDUSTRY:
            return None
        return dict(Industry.objects.values_list("pk", "name"))


class RegisterAnswer(CompletionAnswer):
    """The register as of a day and as known at a moment: the scope of its question."""

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data, user, form=RegisterQuestion)

    @property
    def words(self) -> str:
        """The text of the search box."""
        words: str = self.question.cleaned_data["q"]
        return words


class ComparisonAnswer:
    """Two completion pages of one scope, of an earlier and a later day, and that of a year before the later one.

    Only a valid question has a comparison. Each day is asked as the completion page asks it, so that a sealed month
    shows what was sealed, or with `basis=ledger` what is known now.
    """

    def __init__(self, data: QueryDict, user: User) -> None:
        self.data, self.user = data, user
        self.now = CompletionAnswer(data, user, form=ComparisonQuestion)
        self.question = self.now.question

    def is_valid(self) -> bool:
        """Also where the later day is not named, and turns out to lie before the other one."""
        if self.question.is_valid() and self.against >= self.now.scope.as_of:
            self.question.add_error("against", "对比日应早于截至日。")
        return self.question.is_valid()

    @cached_property
    def against(self) -> date:
        """The earlier day: as asked, else that of the last seal, else the end of the month before."""
        asked: date | None = self.question.cleaned_data["against"]
        if asked is not None:
            return asked
        sealed = self.now.stated.sealed
        day = self.now.scope.as_of
        return sealed[0].bulletin.as_of if sealed else periods.last_month_end(day)

    @cached_property
    def then(self) -> CompletionAnswer:
        return self._on(self.against)

    @cached_property
    def year_ago(self) -> CompletionAnswer:
        return self._on(periods.year_before(self.now.scope.as_of))

    def _on(self, day: date) -> CompletionAnswer:
        data = self.data.copy()
        data.pop("year", None)
        data["as_of"] = day.isoformat()
        answer = CompletionAnswer(data, self.user, organisations=self.now.organisations)
        answer.question.full_clean()  # valid: the same but for a day that this question has checked
        return answer

    @cached_property
    def indicator(self) -> Indicator:
        """Whose change is explained; the list of a level has no signings."""
        asked = Indicator(self.question.asked.rank_by)
        known = {line.indicator for line in self.now.headed.lines}
        return asked if asked in known else Indicator.INVESTED

    @cached_property
    def comparison(self) -> Comparison:
        then, now = self.then.headed, self.now.headed
        year_ago = self.then if self.then.scope.as_of == self.year_ago.scope.as_of else self.year_ago
        rows = (
            ranked(then.rows, by=self.indicator, least=LEAST_RANKED),
            ranked(now.rows, by=self.indicator, least=LEAST_RANKED),
        )
        return compare(then, now, year_ago.headed, rows=rows)

    @cached_property
    def explanation(self) -> Explanation | None:
        """The projects behind the change of the indicator."""
        number = self.comparison.number(self.indicator)
        if number.then is None or number.now is None or number.shift is None:
            return None
        sides = (breakdown(self.then.scope, number.then), breakdown(self.now.scope, number.now))
        return explain(number, *sides)

    @cached_property
    def jumps(self) -> list[tuple[date, str]]:
        """Earlier days that a reader mostly asks for, each with its name: the sealed months, and a year before."""
        scope = self.now.scope
        sealed = Bulletin.objects.sealed_days(level=scope.level, organisation=scope.organisation)
        months = sealed.filter(as_of__lt=scope.as_of)[:SEALS_OFFERED]
        found = {day: f"{day.year}年{day.month}月封存" for day in months}
        found.setdefault(periods.last_month_end(scope.as_of), "上月末")
        found.setdefault(periods.year_before(scope.as_of), "去年同期")
        return sorted(found.items(), reverse=True)


def _last_day(year: int | None) -> date:
    today = timezone.localdate()
    return today if year is None or year == today.year else date(year, 12, 31)
