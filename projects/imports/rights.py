"""What the person who imports may see and write, as an import asks for it."""

from projects import access
from projects.actions.importing.drafts import Writer
from projects.models import User
from projects.vocabulary import ImportKind

MAY: dict[ImportKind, access.Predicate] = {
    ImportKind.PROJECTS: access.writes_projects,
    ImportKind.REPORTS: access.writes_projects,
    ImportKind.TARGETS: access.keeps_targets,
    ImportKind.ORGANISATIONS: access.keeps_directories,
}


def may_import(user: User, kind: ImportKind) -> bool:
    return MAY[kind](user)


def kinds_of(user: User) -> list[ImportKind]:
    """What the person may import."""
    return [kind for kind in ImportKind if may_import(user, kind)]


def writer_of(user: User) -> Writer:
    """None stands for all: whoever covers the district is not asked project by project."""
    if user.is_keeper:
        return Writer(None, None, needs_unit=False)
    units = access.assignable_organisations(user)
    return Writer(
        projects=frozenset(access.writable_projects(user).values_list("pk", flat=True)),
        units=frozenset(units.values_list("pk", flat=True)),
        needs_unit=not units.districts().exists(),
    )
