"""What a light rule would change on the newest sealed month: every line of the page, and every project."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from projects.figures.attention import lit_projects
from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.completion.page import completion_page
from projects.figures.completion.target import light_rules
from projects.figures.scope import Scope
from projects.models import Bulletin
from projects.rules.lights import Rule
from projects.vocabulary import Light


@dataclass(frozen=True, slots=True)
class LightChange:
    """One light that would be another: of a unit's indicator, or of a project."""

    where: str
    what: str
    before: Light
    after: Light
    why: str
    project: int | None = None


@dataclass(frozen=True, slots=True)
class RulePreview:
    """`as_if`: the rule applies later than the month and is tried on it nevertheless. `lights`: how many were tried."""

    seal: Bulletin
    as_if: bool
    lights: int
    changes: Sequence[LightChange]


def rule_preview(seal: Bulletin, scope: Scope, rule: Rule, *, instead_of: Rule | None = None) -> RulePreview:
    """The month of the seal, as it was known then, by the rules on record and with `rule` added, or `instead_of` one
    of them. `scope`: of the seal.
    """
    rules = light_rules(seal.as_of)
    as_if = rule.applies_from > seal.as_of
    tried = replace(rule, applies_from=seal.as_of) if as_if else rule
    others = [each for each in rules if each != instead_of and not _is_same_version(each, tried)]
    changed = [tried, *others]
    before, after = (completion_page(scope, rules=each) for each in (rules, changed))
    found = [*_of_lines(before, after), *_of_projects(scope, rules, changed)]
    lines = sum(len(lines) for _, lines in _lines(before))
    return RulePreview(seal, as_if, lines, found)


def _is_same_version(rule: Rule, other: Rule) -> bool:
    return (rule.family, rule.applies_from) == (other.family, other.applies_from)


def _lines(page: CompletionPage) -> Iterator[tuple[str, list[IndicatorLine]]]:
    yield str(page.scope.organisation or "全区"), page.lines
    for row in page.rows:
        yield row.label, row.lines


def _of_lines(before: CompletionPage, after: CompletionPage) -> Iterator[LightChange]:
    for (where, was), (_, now) in zip(_lines(before), _lines(after), strict=True):
        for old, new in zip(was, now, strict=True):
            if old.light != new.light:
                yield LightChange(where, new.indicator.label, old.light, new.light, new.why)


def _of_projects(scope: Scope, before: list[Rule], after: list[Rule]) -> Iterable[LightChange]:
    was, now = ({lit.project.name: lit for lit in lit_projects(scope, rules)} for rules in (before, after))
    for name in [*now, *(name for name in was if name not in now)]:
        lit = now.get(name) or was[name]
        lights = [side[name].overdue.light if name in side else Light.NONE for side in (was, now)]
        if lights[0] != lights[1]:
            yield LightChange(
                name, lit.overdue.family.label, lights[0], lights[1], lit.overdue.words, lit.project.pk
            )
