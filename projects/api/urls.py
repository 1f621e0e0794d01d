"""The map of the API, version 1."""

from django.urls import path

from projects.api import views

urlpatterns = [
    path("completion", views.CompletionView.as_view(), name="api_completion"),
    path("schema", views.SchemaView.as_view(), name="api_schema"),
]
