"""The map of the API, version 1."""

from django.urls import include, path

from projects.api import completion, forecast, oc4ids

RECORDS = (
    "projects",
    "years",
    "milestones",
    "evidence",
    "reports",
    "problems",
    "decisions",
    "targets",
    "comments",
)
"""Modules of `resources`; each describes one kind of record, or two that are alike."""

urlpatterns = [
    path("completion", completion.CompletionView.as_view(), name="api_completion"),
    path("forecast", forecast.ForecastView.as_view(), name="api_forecast"),
    path("oc4ids", oc4ids.PackageView.as_view(), name="api_oc4ids"),
    *(path("", include(f"projects.api.resources.{name}")) for name in RECORDS),
    path("schema", completion.SchemaView.as_view(), name="api_schema"),
]
