"""The pages of a register, with the records that say most: for tests that look at every page."""

from datetime import date

from django.utils import timezone

from projects import access
from projects.actions.batches import running
from projects.actions.batches.acts import Move
from projects.models import (
    Bulletin,
    Decision,
    DistrictMap,
    LightRule,
    Organisation,
    Problem,
    Project,
    Receiver,
    Target,
    User,
)
from projects.vocabulary import Indicator, Precision, Role, Stage
from tests import build
from tests.workbooks.sheets_made import received, xlsx

LONG = "Sustainable-Superconducting-Absorption-Heat-Pump-Units-For-District-Heating-Phase-II-2024"
"""Longer than any page is wide, without a place to break it."""


def figure_pages() -> list[str]:
    """What a leader reads."""
    indicators = [f"/completion/{indicator}/?level=all" for indicator in Indicator]
    return [
        "/completion/", "/completion/?level=all&year=2024", "/completion/?by=industry&more=1", "/completion/units/",
        "/completion/?known_at=2026-11-01",
        "/completion/attention/", "/completion/attention/?group=reason", "/completion/compare/",
        "/completion/forecast/", "/completion/map/", "/completion/screen/", *indicators,
        "/papers/", "/bulletins/", *(f"/bulletins/{pk}/" for pk in Bulletin.objects.values_list("pk", flat=True)[:2]),
        *(f"/bulletins/{seal.pk}/paper/" for seal in Bulletin.objects.seals_from(date.min)[:1]),
    ]  # fmt: skip


def list_pages() -> list[str]:
    """The lists that everybody reads, and the other views of the projects."""
    return [
        "/projects/", "/projects/?page=all", "/projects/?columns=contact&columns=town",
        "/projects/?group=organisation&level=city", "/projects/as-of/",
        "/projects/as-of/?as_of=2024-09-30&known_at=2026-11-01",
        "/projects/wall/",
        "/projects/wall/?page=all", "/projects/board/", "/projects/board/?lane=building", "/projects/calendar/",
        "/search/", "/search/?q=项目", "/problems/", *_first(Problem, "/problems/"),
        "/decisions/", *_first(Decision, "/decisions/"), "/projects/views/", "/account/",
        "/account/keys/", "/account/calendar/",
        "/accounts/password_change/", "/accounts/second-factor/", "/accounts/second-factor/activate/",
        "/help/", "/help/month/", "/help/trouble/", "/no-such-page/",
    ]  # fmt: skip


def project_pages(project: Project) -> list[str]:
    """The pages of one project for whoever may write it."""
    at = f"/projects/{project.pk}/"
    return [
        at, f"{at}edit/", f"{at}plans/", f"{at}talk/", f"{at}state/", f"{at}opening/", f"{at}history/",
        f"{at}attachments/", f"{at}facts/total_investment/", f"{at}problems/new/",
        f"{at}milestones/started/", f"{at}milestones/completed/", f"/projects/bulk/?pk={project.pk}",
    ]  # fmt: skip


def desk_pages() -> list[str]:
    """The daily work of a unit."""
    month = f"/months/{timezone.localdate():%Y-%m}/"
    return ["/todo/", "/months/", "/months/2024-09/", month, "/projects/new/", "/projects/import/"]


def office_pages(project: Project) -> list[str]:
    """What only the office does."""
    month = f"/months/{timezone.localdate():%Y-%m}/"
    return [
        f"{month}review/", "/months/2024-09/review/", "/handover/", "/bulletins/seal/", "/targets/",
        f"/decisions/new/?project={project.pk}",
        "/targets/?year=2024&level=all", *_first(Target, "/targets/"), f"/projects/{project.pk}/succession/",
        "/completion/map/files/", *_first(DistrictMap, "/completion/map/files/"),
    ]  # fmt: skip


def settings_pages() -> list[str]:
    """What the administrator keeps: the district, its units and the rules of its lights."""
    return [
        "/settings/district/", "/organisations/", "/organisations/new/", *_first(Organisation, "/organisations/"),
        "/settings/lights/",
        "/settings/window/", "/settings/stages/",
        *_first(LightRule, "/settings/lights/"), "/setup/", "/settings/industries/", "/settings/health/",
        "/settings/receivers/", *_first(Receiver, "/settings/receivers/"),
        "/people/", "/people/paste/", "/settings/keys/", *_first(User, "/people/"),
    ]  # fmt: skip


def admin_pages() -> list[str]:
    """Of the administrator's own site the entrance, and each kind of page that Django's admin makes."""
    project = Project.objects.order_by("pk").values_list("pk", flat=True)[0]
    user = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    at = "/admin/projects"
    return [
        "/admin/", f"{at}/project/", f"{at}/project/add/", f"{at}/project/{project}/change/",
        f"{at}/project/{project}/delete/", f"{at}/milestone/", f"{at}/milestone/add/", f"{at}/evidence/add/",
        f"{at}/industry/", f"{at}/user/{user}/history/",
    ]  # fmt: skip


def fullest() -> Project:
    """The project of which most is known."""
    return max(Project.objects.all(), key=lambda each: (each.milestones.count(), len(each.name)))


def pages_of(role: Role) -> list[str]:
    """What a role's work is made of: all roles together open every page."""
    project = fullest()
    match role:
        case Role.LEADER:
            return ["/", "/todo/", *figure_pages(), *list_pages(), project_pages(project)[0]]
        case Role.STAFF:
            return ["/completion/", "/completion/map/", "/projects/", *desk_pages(), *project_pages(project)]
        case Role.OFFICE:
            return [
                "/completion/", "/completion/attention/", "/completion/map/", "/projects/", "/problems/",
                *desk_pages(), *office_pages(project), *project_pages(project),
            ]  # fmt: skip
        case Role.AUDITOR:
            return ["/", "/settings/audit/", "/settings/audit/?act=exported&words=项目", "/account/"]
        case Role.SECURITY:
            return [
                "/",
                "/people/",
                "/people/paste/",
                *_first(User, "/people/"),
                "/settings/keys/",
                "/account/",
            ]
        case Role.ADMIN:
            return ["/todo/", "/projects/", *settings_pages()]


def _first(model: type, path: str) -> list[str]:
    return [f"{path}{pk}/" for pk in model.objects.values_list("pk", flat=True)[:1]]


def work_in_progress(office: User) -> list[str]:
    """Pages that stand between two steps: an import, a batch, a correction, a handing over; long words in all."""
    project = build.project(
        LONG, enterprise=LONG, organisation=build.town(), contact="张三", contact_phone="0" * 50
    )
    build.listing(project)
    started = build.milestone(project, "started", "2024-03-01", note=LONG, source=build.source(LONG))
    build.milestone(project, "completed", planned="2024-06-30", note=LONG)
    photo = build.evidence(started, by=office, name=f"{LONG}.jpg")
    problem = build.problem(project, LONG)
    head = ["项目名称", "建设单位", "总投资（亿元）", "责任单位", "竣工实际", LONG]
    faulty = xlsx(head, [LONG, LONG, "不详", "没有的镇", "2024年13月", LONG], ["新项目", "", 3, "", "", ""])
    imported, strange = received(faulty, office), received(xlsx([LONG, "乙"], [LONG, LONG]), office)
    faulty_row = imported.rows.get(line=2)
    writable = access.writable_projects(office)
    move = Move(Stage.COMPLETED, [(date(2024, 6, 1), Precision.DAY)])
    batch = running.preview(move, [project], writable=writable, by=office, reason=LONG)
    entry = started.history.latest("history_id").history_id
    build.saved_view(office, LONG)
    at = f"/projects/{project.pk}/"
    return [
        f"/imports/{imported.pk}/", f"/imports/{imported.pk}/rows/{faulty_row.pk}/", f"/imports/{strange.pk}/",
        f"/imports/{imported.pk}/headings/", f"/imports/{strange.pk}/headings/", f"/projects/bulk/{batch.pk}/",
        f"/projects/bulk/?pk={project.pk}", at, f"{at}edit/", f"{at}plans/", f"{at}talk/", f"{at}state/",
        f"{at}history/",
        f"{at}history/milestone/{entry}/undo/", f"{at}milestones/started/", f"{at}milestones/completed/",
        f"/evidence/{photo.pk}/delete/", f"/problems/{problem.pk}/", "/problems/", "/todo/", "/projects/",
        "/projects/?q=Heat", "/projects/views/", "/handover/", "/handover/?contact=张三", "/months/2024-09/",
        "/completion/attention/?year=2024", "/completion/completed/?year=2024", "/bulletins/seal/?year=2024&month=9",
    ]  # fmt: skip
