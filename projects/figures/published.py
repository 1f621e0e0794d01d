"""What was published or sealed, beside what the register adds up to now; a difference is shown, never mended."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projects.figures.tally import Tally
from projects.models import Figure
from projects.rules.completion import difference
from projects.vocabulary import STAGE_OF_INDICATOR, FigureTopic, Indicator, Stage, Unit


@dataclass(frozen=True, slots=True)
class Published:
    """One published number; `computed` is the register's own, None where the register cannot answer."""

    code: str
    label: str
    topic: FigureTopic
    level: str
    unit: Unit
    amount: int | None
    share: Decimal | None
    growth: Decimal | None
    printed: str
    statement: str
    paragraph: str
    source_title: str
    as_of: date
    computed: int | None

    @property
    def difference(self) -> int | None:
        """Published minus register."""
        return difference(self.amount, self.computed)


def published_figures(register: Tally, *, as_of: date) -> list[Published]:
    """The district's newest published figures of the year by the day, in their printed order; one query.

    The register's number stands beside a figure only where both speak of the same day.
    """
    return [
        Published(
            code=figure.code,
            label=figure.label,
            topic=FigureTopic(figure.topic),
            level=figure.level,
            unit=Unit(figure.unit),
            amount=figure.amount,
            share=figure.share,
            growth=figure.growth,
            printed=figure.printed,
            statement=figure.statement,
            paragraph=figure.paragraph,
            source_title=figure.bulletin.source.title if figure.bulletin.source else figure.bulletin.title,
            as_of=figure.bulletin.as_of,
            computed=register_answer(register, figure) if figure.bulletin.as_of == as_of else None,
        )
        for figure in Figure.objects.published_by(as_of)
    ]


def register_answer(register: Tally, figure: Figure) -> int | None:
    """The register's own number for a published code; None for what the register does not hold."""
    if figure.code == "projects":
        return register.holding(figure.level).count
    if figure.code == "started_total":
        return register.stage(figure.level, Stage.STARTED).reached
    if figure.code not in Indicator:
        return None
    return computed(register, figure.level, Indicator(figure.code))


def computed(register: Tally, level: str, indicator: Indicator) -> int | None:
    """What the register alone says of an indicator; None where nobody has recorded anything."""
    if indicator == Indicator.INVESTED:
        return register.reported(level).invested
    count = register.stage(level, STAGE_OF_INDICATOR.get(indicator, Stage.SIGNED))
    if indicator == Indicator.SIGNED_INVESTMENT:
        return count.investment
    return count.counted
