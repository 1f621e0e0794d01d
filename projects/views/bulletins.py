"""Bulletins: what was published, what was sealed, and the sealing of a month."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import sealing
from projects.figures.completion.page import completion_page
from projects.figures.corrected import Correction, corrections
from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.printed import printed
from projects.figures.register.missing_reports import Owed
from projects.figures.register.silent import silent
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.forms.bulletin import MonthAsked, SealForm
from projects.models import Bulletin, Organisation, Project, User
from projects.once import once
from projects.questions.months import visible_part
from projects.rules.broken import RuleBroken
from projects.rules.bulletin import Printed, figures_of, read, title_of
from projects.rules.completion import LEAST_RANKED
from projects.rules.seals import chain_fault

MOST_SILENT = 200
UNCOUNTED = {"未报": Owed.SILENT, "已退回": Owed.RETURNED, "待审核": Owed.SUBMITTED}
"""Whose month a seal does not count, and why."""


@require_safe
@access.allowed(access.reads_figures)
def bulletins(request: HttpRequest) -> HttpResponse:
    """What was published and sealed, the newest first; a list without numbers, the same for every reader."""
    page = Pages(Bulletin.objects.listed(), PAGE_SIZE).get_page(request.GET.get("page", 1))
    context = {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "may_seal": access.keeps_targets(access.signed_in(request)),
    }
    return render(request, "projects/bulletins.html", context)


@require_safe
@access.allowed(access.reads_figures)
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """A published bulletin as it is, for it is public; of a seal what is the reader's own."""
    found = get_object_or_404(Bulletin.objects.select_related("source", "organisation", "sealed_by"), pk=pk)
    if not found.is_sealed:
        figures = found.figures.select_related("organisation")
        return render(request, "projects/bulletin.html", {"bulletin": found, "figures": figures})
    sealed = read(found.content)
    context: dict[str, object] = {
        "bulletin": found,
        "fault": chain_fault(found.content, found.digest, found.previous_digest, found.previous_digest),
        "printed": None,
    }
    if sealed is not None:
        shown, changed = _beside_register(sealed, found, access.signed_in(request))
        context |= {"printed": shown, "corrections": changed}
    return render(request, "projects/bulletin.html", context)


def _beside_register(sealed: Printed, bulletin: Bulletin, user: User) -> tuple[Printed, list[Correction]]:
    """What the reader may see of a seal, and what the register adds up to now instead."""
    organisations = list(Organisation.objects.all())
    if bulletin.organisation not in (None, *access.readable_among(user, organisations)):
        return visible_part(sealed, user, organisations), []
    scope = _scope(sealed.day, sealed.level, bulletin.organisation, user, organisations)
    now = printed(
        completion_page(scope),
        known_at=timezone.now(),
        ranked_by=sealed.ranked_by,
        least=sealed.least_ranked,
    )
    sealed, now = (visible_part(month, user, organisations) for month in (sealed, now))
    return sealed, corrections(sealed, now)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_targets)
def bulletin_seal(request: HttpRequest) -> HttpResponse:
    """The preview of a month, and its sealing."""
    user, today = access.signed_in(request), timezone.localdate()
    sent = request.method == "POST"
    form = SealForm(request.POST, today=today) if sent else SealForm.for_preview(request.GET, today=today)
    if not form.is_valid():
        return render(request, "projects/bulletin_seal.html", {"form": form}, status=422 if sent else 400)
    if sent and (sealed := _sealed(request, form, user)):
        messages.success(request, f"已封存《{sealed.title}》。")
        return redirect("bulletin", sealed.pk)
    context = {"form": form, **_preview(form.asked, user)}
    return render(request, "projects/bulletin_seal.html", context, status=422 if sent else 200)


def _sealed(request: HttpRequest, form: SealForm, user: User) -> Bulletin | None:
    """The seal, added up and kept while nobody else writes; None when the form says why not."""
    asked = form.asked
    if not form.check_word():
        return None
    try:
        with once(request) as outcome, sealing.closing() as known_at:
            month = _printed(_district_scope(asked, user), asked, known_at)
            if not form.check_seen(month.fingerprint):
                return None
            sealed = sealing.seal(
                year=month.year,
                month=month.month,
                level=month.level,
                organisation=None,
                known_at=known_at,
                content=month.content,
                figures=figures_of(month),
                by=user,
            )
            outcome.led_to = resolve_url("bulletin", sealed.pk)
            return sealed
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None


def _preview(asked: MonthAsked, user: User) -> dict[str, object]:
    scope = _district_scope(asked, user)
    month = _printed(scope, asked, timezone.now())
    title = title_of(asked.as_of.year, asked.as_of.month, asked.level)
    return {
        "printed": month,
        "uncounted": [
            (label, silent(scope, most=MOST_SILENT, owed=owed)) for label, owed in UNCOUNTED.items()
        ],
        "most": MOST_SILENT,
        "existing": Bulletin.objects.listed().filter(title=title).first(),
    }


def _printed(scope: Scope, asked: MonthAsked, known_at: datetime) -> Printed:
    return printed_month(scope, known_at=known_at, ranked_by=asked.rank_by, least=LEAST_RANKED)


def _scope(
    as_of: date, level: str, unit: Organisation | None, user: User, organisations: list[Organisation]
) -> Scope:
    projects = Project.objects.counted_for(user)
    return Scope(projects, as_of.year, as_of, level, unit, organisations=organisations, reach=user.reach)


def _district_scope(asked: MonthAsked, user: User) -> Scope:
    return _scope(asked.as_of, asked.level, None, user, list(Organisation.objects.all()))
