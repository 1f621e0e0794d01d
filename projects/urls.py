"""The addresses of the pages, included by `hightech.urls`."""

from django.urls import include, path, re_path, register_converter

from projects.views import (
    bulk,
    bulletins,
    charts,
    completion,
    district,
    evidence,
    exports,
    forecast,
    handover,
    home,
    import_rows,
    imports,
    keys,
    manifest,
    milestones,
    months,
    organisations,
    problems,
    projects,
    saved_views,
    state,
    succession,
    targets,
    todo,
    updates,
)

register_converter(exports.Suffix, "suffix")
register_converter(keys.Key, "key")

SUFFIX = rf"(?P<suffix>{exports.Suffix.regex})"
MONTH = r"(?P<year>20[0-9]{2})-(?P<number>0[1-9]|1[0-2])"

project_urls = [
    path("", projects.project, name="project"),
    path("edit/", projects.project_edit, name="project_edit"),
    path("state/", state.project_state, name="project_state"),
    path("succession/", succession.project_succession, name="project_succession"),
    path("history/", projects.project_history, name="project_history"),
    path(
        "history/export.<suffix:suffix>",
        exports.project_history_export,
        name="project_history_export",
    ),
    path("milestones/<slug:stage>/", milestones.project_milestone, name="project_milestone"),
    path(
        "milestones/<slug:stage>/evidence/",
        evidence.project_milestone_evidence,
        name="project_milestone_evidence",
    ),
    path(
        "history/<slug:table>/<key:number>/undo/", projects.project_history_undo, name="project_history_undo"
    ),
    path("problems/new/", problems.project_problem_new, name="project_problem_new"),
    path("milestones/<slug:stage>/update/", updates.project_update, name="project_update"),
    path("milestones/<slug:stage>/undo/", updates.project_undo, name="project_undo"),
    path("row/", updates.project_row, name="project_row"),
]

import_urls = [
    path("", imports.imported, name="imported"),
    path("headings/", imports.import_headings, name="import_headings"),
    path("rows/<key:number>/", import_rows.import_row, name="import_row"),
    path("workbook/", imports.import_file, name="import_file"),
    path("faulty.xlsx", exports.import_faulty, name="import_faulty"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", home.healthz, name="healthz"),
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
    path("settings/district/", district.district, name="district"),
    path("settings/district/logo.png", district.district_logo, name="district_logo"),
    path("completion/", completion.completion, name="completion"),
    path("completion/attention/", completion.completion_attention, name="completion_attention"),
    path(
        "completion/attention/export.<suffix:suffix>",
        exports.completion_attention_export,
        name="completion_attention_export",
    ),
    path("completion/forecast/", forecast.completion_forecast, name="completion_forecast"),
    path(
        "completion/forecast/export.<suffix:suffix>",
        exports.completion_forecast_export,
        name="completion_forecast_export",
    ),
    path("completion/screen/", completion.completion_screen, name="completion_screen"),
    path("completion/units/", completion.completion_units, name="completion_units"),
    path("completion/compare/", completion.completion_compare, name="completion_compare"),
    path(
        "completion/compare/export.<suffix:suffix>",
        exports.completion_compare_export,
        name="completion_compare_export",
    ),
    path("completion/export.<suffix:suffix>", exports.completion_export, name="completion_export"),
    path("completion/<slug:indicator>/", completion.completion_figure, name="completion_figure"),
    path(
        "completion/<slug:indicator>/export.<suffix:suffix>",
        exports.completion_figure_export,
        name="completion_figure_export",
    ),
    path("projects/", projects.projects, name="projects"),
    path("projects/export.<suffix:suffix>", exports.project_export, name="project_export"),
    path("projects/import/", imports.import_new, name="import_new"),
    path("imports/<key:pk>/", include(import_urls)),
    path(
        "projects/history/export.<suffix:suffix>",
        exports.projects_history_export,
        name="projects_history_export",
    ),
    path("projects/bulk/", bulk.project_bulk, name="project_bulk"),
    path("projects/bulk/<key:pk>/", bulk.project_batch, name="project_batch"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/wall/", charts.project_wall, name="project_wall"),
    path("projects/board/", charts.project_board, name="project_board"),
    path("projects/calendar/", charts.project_calendar, name="project_calendar"),
    path("projects/views/", saved_views.saved_views, name="saved_views"),
    path("projects/views/<key:pk>/", saved_views.saved_view, name="saved_view"),
    path("projects/<key:pk>/", include(project_urls)),
    path("handover/", handover.handover, name="handover"),
    path("months/", months.months, name="months"),
    re_path(rf"^months/{MONTH}/$", months.month, name="month"),
    re_path(rf"^months/{MONTH}/review/$", months.month_review, name="month_review"),
    re_path(rf"^months/{MONTH}/export\.{SUFFIX}$", exports.month_export, name="month_export"),
    re_path(
        rf"^months/{MONTH}/review/export\.{SUFFIX}$",
        exports.month_review_export,
        name="month_review_export",
    ),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<key:pk>/", organisations.organisation, name="organisation"),
    path(
        "organisations/export.<suffix:suffix>",
        exports.organisations_export,
        name="organisations_export",
    ),
    path("imports/template/<slug:kind>.xlsx", exports.import_template, name="import_template"),
    path("evidence/<key:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<key:pk>/original/", evidence.evidence_original, name="evidence_original"),
    path("evidence/<key:pk>/thumbnail/", evidence.evidence_thumbnail, name="evidence_thumbnail"),
    path("evidence/<key:pk>/delete/", evidence.evidence_delete, name="evidence_delete"),
    path("problems/", problems.problems, name="problems"),
    path("problems/export.<suffix:suffix>", exports.problems_export, name="problems_export"),
    path("problems/<key:pk>/", problems.problem, name="problem"),
    path("todo/", todo.todo, name="todo"),
    path("todo/count", todo.todo_count, name="todo_count"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/seal/", bulletins.bulletin_seal, name="bulletin_seal"),
    path("bulletins/<key:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<key:pk>/export.<suffix:suffix>", exports.bulletin_export, name="bulletin_export"),
    path("targets/export.<suffix:suffix>", exports.targets_export, name="targets_export"),
    path("targets/", targets.targets, name="targets"),
    path("targets/<key:pk>/", targets.target, name="target"),
    path("api/v1/", include("projects.api.urls")),
]
