"""The light rules: which are in force, what a change would do to the newest sealed month, and the change itself."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions.light_rules import keep_rule
from projects.figures.rule_preview import rule_preview
from projects.forms.light_rule import LightRuleForm
from projects.models import LightRule, User
from projects.once import once_or_fault
from projects.questions.months import newest_seal
from projects.rules import lights
from projects.vocabulary import LightFamily


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_targets)
def light_rules(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A form that was sent without `confirmed` is a question: the page says what it would do."""
    user, today = access.signed_in(request), timezone.localdate()
    rule = get_object_or_404(LightRule, pk=pk) if pk else LightRule(applies_from=today)
    before = rule.rule if pk else None
    form = LightRuleForm(request.POST if request.method == "POST" else None, instance=rule)
    preview = None
    if form.is_bound and form.is_valid():
        if not request.POST.get("confirmed"):
            sealed = newest_seal(user)
            preview = rule_preview(*sealed, form.instance.rule, instead_of=before) if sealed else None
        elif _kept(request, form, user):
            return redirect("light_rules")
    context = {
        "form": form,
        "rule": rule if pk else None,
        "asked": form.is_bound and form.is_valid(),
        "preview": preview,
        "versions": LightRule.objects.all(),
        "in_force": _in_force(today),
        "meanings": [(family.label, words) for family, words in lights.MEANINGS.items()],
        "how": lights.HOW_THEY_MEET,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "projects/light_rules.html", context, status=status)


def _in_force(day: date) -> list[LightRule]:
    """The versions that judge today: one of a pace, and one of each other family."""
    versions = list(LightRule.objects.applying_on(day))
    groups = [lights.PACE_FAMILIES, *({each} for each in LightFamily if each not in lights.PACE_FAMILIES)]
    chosen = [lights.in_force([each.rule for each in versions], day, group) for group in groups]
    return [version for version in versions if version.rule in chosen]


def _kept(request: HttpRequest, form: LightRuleForm, by: User) -> bool:
    """Whether it was kept; if not, the form says why."""
    with once_or_fault(request, form, resolve_url("light_rules")):
        keep_rule(form.instance, by=by, reason=form.cleaned_data["reason"])
    if form.errors:
        return False
    messages.success(request, "亮灯规则已保存。")
    return True
