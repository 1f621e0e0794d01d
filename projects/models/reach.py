"""How far somebody may read: one explicit type, asked for wherever records or figures are narrowed to a reader.

There is no default and no None: a figure cannot be asked for without stating whose eyes it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .organisation import Organisation


@dataclass(frozen=True, slots=True)
class WholeDistrict:
    """Every record of the register, and the district's own totals and targets."""


@dataclass(frozen=True, slots=True)
class UnitAndBelow:
    """What concerns one unit and the units below it."""

    unit: Organisation


@dataclass(frozen=True, slots=True)
class Nothing:
    """No record at all: the account is closed, has no role, or has no unit."""


type Reach = WholeDistrict | UnitAndBelow | Nothing

DISTRICT, NOTHING = WholeDistrict(), Nothing()
