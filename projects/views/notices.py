"""What one was told: the list, the number beside the bell, and the way to what a notice is about."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import access
from projects.actions import notifying, outbox
from projects.figures.notices import notice_page, notice_wishes
from projects.forms.notices import NoticeSettingsForm
from projects.models import Notice
from projects.models.notice import kinds_told
from projects.notices.mail import may_be_mailed
from projects.once import once
from projects.rules.typed import whole_number
from projects.vocabulary import NoticeKind


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def notices(request: HttpRequest) -> HttpResponse:
    """`?kind=`: of one kind. Sent, all that were shown are read; what came in since stays unread."""
    user = access.signed_in(request)
    kind = request.GET.get("kind", "")
    if kind and kind not in NoticeKind:
        raise BadRequest("没有这一类通知。")
    own = access.readable_notices(user)
    if request.method == "POST":
        newest = whole_number(request.POST.get("newest", "")) or 0
        led_to = request.get_full_path()
        with once(request, led_to):
            number = notifying.read(own.of_kind(kind).up_to(newest), by=user)
            messages.success(request, f"{number} 条通知标为已读。" if number else "没有未读的通知。")
        return redirect(led_to)
    found = notice_page(own, kind=kind, number=request.GET.get("page", 1))
    return render(request, "projects/notices.html", {"found": found, "kind": kind})


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def notice_settings(request: HttpRequest) -> HttpResponse:
    """Which kinds ring, which are mailed, and when nothing is sent."""
    user = access.signed_in(request)
    form = NoticeSettingsForm(
        request.POST if request.method == "POST" else None,
        initial=notice_wishes(user).as_initial(),
        kinds=kinds_told(user),
    )
    if form.is_bound and form.is_valid():
        with once(request, resolve_url("notices")):
            outbox.choose(user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("notices")
    context = {"form": form, "mail_on": settings.MAIL_ON, "may_be_mailed": may_be_mailed(user.email)}
    return render(request, "projects/notice_settings.html", context, status=422 if form.is_bound else 200)


@require_POST
@access.allowed(access.reads_figures)
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice is about; it is read from then on."""
    user = access.signed_in(request)
    notice = get_object_or_404(access.readable_notices(user), pk=pk)
    led_to = notice.get_absolute_url()
    with once(request, led_to):
        notifying.read(Notice.objects.filter(pk=pk), by=user)
    return redirect(led_to)


@require_safe
@cache_control(private=True, max_age=60)
@access.allowed(access.reads_figures)
def notices_count(request: HttpRequest) -> HttpResponse:
    """The number beside the bell, one query. The address has the moment of the person's last reading, so a browser
    asks once a minute and after each reading."""
    count = access.readable_notices(access.signed_in(request)).unread().count()
    return render(request, "projects/notices.html#count", {"count": count})
