"""What the directory of this district lets the titles of groups say of their rows."""

from projects.models import Import, Industry, Organisation
from projects.vocabulary import ImportKind
from projects.workbooks.group_names import SAID_BY_GROUPS, GroupNames
from projects.workbooks.kinds.projects.cells import project_cells


def group_names(imported: Import) -> GroupNames:
    """Units and industries, read as the cells of their columns are; nothing for what is no list of projects."""
    if imported.kind != ImportKind.PROJECTS:
        return GroupNames()
    units = list(Organisation.objects.all())
    industries = dict(Industry.objects.values_list("pk", "name"))
    judges = project_cells(units=units, industries=industries, year=imported.year).judges
    return GroupNames(
        {key: judges[key] for key in SAID_BY_GROUPS},
        {"organisation": {unit.pk: unit.name for unit in units}, "industry": industries},
    )
