"""Forms of the admin: processed once only; a refused write is shown as an error and keeps the typed values."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from projects.actions.recording import refusals_worded
from projects.once import SubmissionOutcome, once
from projects.rules.broken import NotAccepted


class RefusedForm:
    """Mixin of a form: shows the error of a valid form whose write was refused."""

    refusal = ""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        self.add_error(None, self.refusal)  # type: ignore[attr-defined]
        return cleaned


class SentOnce:
    """Mixin of a ModelAdmin: a form sent twice makes one record; a refusal of the database is an error of the form."""

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **options)  # type: ignore[misc]
        try:
            with refusals_worded(), once(request) as outcome:
                request._outcome = outcome  # type: ignore[attr-defined]
                return super().changeform_view(request, *args, **options)  # type: ignore[misc]
        except NotAccepted as refused:
            request._refusal = f"没有保存：{refused}"  # type: ignore[attr-defined]
        return super().changeform_view(request, *args, **options)  # type: ignore[misc]

    def get_form(self, request: HttpRequest, *args: Any, **options: Any) -> type[forms.ModelForm]:
        form: type[forms.ModelForm] = super().get_form(request, *args, **options)  # type: ignore[misc]
        refusal = getattr(request, "_refusal", "")
        return type(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        return self._carried_out(request, obj, super().response_add(request, obj, *args, **options))  # type: ignore[misc]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._carried_out(request, obj, super().response_change(request, obj))  # type: ignore[misc]

    def _carried_out(self, request: HttpRequest, obj: Any, response: HttpResponse) -> HttpResponse:
        """Store the address of the answer; for a popup, which closes itself, the page of the record."""
        outcome: SubmissionOutcome | None = getattr(request, "_outcome", None)
        if outcome is not None:
            own = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
            outcome.led_to = response.url if isinstance(response, HttpResponseRedirect) else own
        return response
