"""A row of a table of units; by the fields of the admin's form, which are the model's own."""

from django import forms

from projects.forms.rows.cells import Cells, Judge, by_field, by_number, by_words
from projects.models import Organisation
from projects.vocabulary import OrganisationKind

KINDS = {
    **{kind.label: kind for kind in OrganisationKind},
    "区": OrganisationKind.DISTRICT,
    "乡镇": OrganisationKind.TOWN,
    "街道办": OrganisationKind.SUBDISTRICT,
    "街道办事处": OrganisationKind.SUBDISTRICT,
    "产业园": OrganisationKind.PARK,
    "产业园区": OrganisationKind.PARK,
    "区级部门": OrganisationKind.DEPARTMENT,
    "职能部门": OrganisationKind.DEPARTMENT,
    "重大项目办": OrganisationKind.OFFICE,
}
CLEARABLE = frozenset({"short_name", "former_names"})
"""A unit is made the topmost on the admin's page only: its people would read everything."""


def organisation_cells() -> Cells:
    """The judges of all columns; the unit above stays a name, for it may be a row of the same file."""
    judges: dict[str, Judge] = {
        "name": by_field(_field("name")),
        "short_name": by_field(_field("short_name")),
        "kind": by_words(KINDS, what="单位类型"),
        "parent": by_field(_field("name")),
        "former_names": by_field(_field("former_names")),
        "position": by_number(_field("position")),
    }
    return Cells(judges, clearable=CLEARABLE)


def _field(name: str) -> forms.Field:
    made = Organisation._meta.get_field(name).formfield()  # type: ignore[union-attr]
    assert made is not None
    return made
