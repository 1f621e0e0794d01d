"""An import of a list, ours and django-import-export's, of the same rows into databases of their own.

Each is a process of its own, so that its peak memory is its own, and says what it has written, so that only equal
work is compared.
"""

import resource
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.core.files.base import File
from django.db.models import Count, Sum
from python_calamine import CalamineWorkbook

from bench import sheets
from projects.files.reading.read import read
from projects.models import AnnualPlan, Import, Industry, Listing, Milestone, Organisation, Project, User
from projects.vocabulary import ImportKind, ImportState, OrganisationKind, Outcome
from projects.workbooks import jobs
from projects.workbooks.receive import receive

MIB = 1024


def directories() -> User:
    """The units and industries that the sheet names, and an administrator who imports."""
    root = Organisation.objects.create(name="常州高新区", kind=OrganisationKind.DISTRICT)
    for name in sheets.TOWNS:
        Organisation.objects.create(name=name, kind=OrganisationKind.TOWN, parent=root)
    for name in sheets.PRODUCTS:
        Industry.objects.create(name=name)
    return User.objects.create_superuser("bench", organisation=root)


def ours(path: Path) -> dict[str, Any]:
    """Read, judge and preview; then judge again and write. `reading`: every cell of the file once, by our reader."""
    by = directories()
    taken: dict[str, Any] = {"reading": _timed(lambda: _read(path))}
    busy = process_time()

    def preview() -> Import:
        with path.open("rb") as file:
            terms = {"year": sheets.YEAR}
            sent = receive(File(file, name=path.name), kind=ImportKind.PROJECTS, terms=terms, by=by)
        return jobs.perform(jobs.begin(sent, ImportState.READING, by=by))

    began = perf_counter()
    imported = preview()
    previewed, preview_busy = perf_counter(), process_time() - busy
    assert imported.counts[Outcome.NEW] == imported.total, (imported.fault, imported.counts)
    imported = jobs.perform(jobs.begin(imported, ImportState.APPLYING, by=by))
    assert imported.state == ImportState.APPLIED, imported.fault
    taken |= {"preview": previewed - began, "apply": perf_counter() - previewed}
    taken |= {"preview_busy": preview_busy, "apply_busy": process_time() - busy - preview_busy}
    return taken | {"busy": process_time() - busy, "memory": _peak(), "written": _written()}


def theirs(path: Path) -> dict[str, Any]:
    """Dry run, then confirm: both read the file, as their two requests do."""
    # Here, so that the other ways' processes do not carry the yardstick in the memory that is compared.
    import tablib

    from bench.yardstick import ProjectResource

    directories()
    busy = process_time()
    taken = {
        step: _timed(lambda: _run(ProjectResource(), tablib.Dataset(), path, dry_run=dry_run))  # noqa: B023
        for step, dry_run in (("preview", True), ("apply", False))
    }
    return taken | {"busy": process_time() - busy, "memory": _peak(), "written": _written()}


def bare(path: Path) -> dict[str, Any]:
    """Every cell of the file once, by the fastest reader."""

    def read() -> None:
        for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows():
            tuple(row)

    return {"reading": _timed(read), "memory": _peak()}


def _read(path: Path) -> None:
    with path.open("rb") as file:
        for grid in read(file, path.name):
            for row in grid.rows:
                tuple(row)


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _run(importer: Any, dataset: Any, path: Path, *, dry_run: bool) -> None:
    with path.open("rb") as file:
        dataset.load(file, format="xlsx", headers=True, skip_lines=1)  # the title
    result = importer.import_data(dataset, dry_run=dry_run, raise_errors=True)
    assert result.totals["new"] == len(dataset), result.totals


def _written() -> dict[str, Any]:
    """What stands afterwards; the two must have done the same."""
    sums = Project.objects.aggregate(projects=Count("pk"), total=Sum("total_investment"))
    plans = AnnualPlan.objects.aggregate(planned=Sum("planned_investment"), before=Sum("invested_before"))
    days = Milestone.objects.aggregate(milestones=Count("pk"), last=Count("current_on", distinct=True))
    history = {
        model._meta.model_name: model.history.count() for model in (Project, Listing, AnnualPlan, Milestone)
    }
    return {**sums, **plans, **days, "listings": Listing.objects.count(), "history": history}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB


def workbook(folder: Path, size: int) -> Path:
    path = folder / f"{size}.xlsx"
    sheets.write(path, size)
    return path


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {"bare": bare, "ours": ours, "theirs": theirs}
