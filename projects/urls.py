"""The map of our pages."""

from django.urls import include, path

from projects.views import completion, home, milestones, projects

project_urls = [
    path("", projects.project, name="project"),
    path("edit/", projects.project_edit, name="project_edit"),
    path("history/", projects.project_history, name="project_history"),
    path("milestones/<slug:stage>/", milestones.project_milestone, name="project_milestone"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", home.healthz, name="healthz"),
    path("completion/", completion.completion, name="completion"),
    path("completion/attention/", completion.completion_attention, name="completion_attention"),
    path("completion/screen/", completion.completion_screen, name="completion_screen"),
    path("projects/", projects.projects, name="projects"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<int:pk>/", include(project_urls)),
]
