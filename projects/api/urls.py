"""The map of the API, version 1."""

from django.urls import path

from projects.api import completion, forecast, oc4ids, projects

urlpatterns = [
    path("completion", completion.CompletionView.as_view(), name="api_completion"),
    path("forecast", forecast.ForecastView.as_view(), name="api_forecast"),
    path("oc4ids", oc4ids.PackageView.as_view(), name="api_oc4ids"),
    path("projects/", projects.ProjectsView.as_view(), name="api_projects"),
    path("projects/<key:pk>/", projects.ProjectView.as_view(), name="api_project"),
    path("schema", completion.SchemaView.as_view(), name="api_schema"),
]
