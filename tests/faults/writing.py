"""A program that writes without a pause until its input ends: `python -m tests.faults.writing NAME`.

It names every write on its output after the action has returned: what an office was told is kept.
"""

import os
import sys
from threading import Thread

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hightech.settings")
django.setup()

from datetime import date  # noqa: E402

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from projects.actions import evidence, lifecycle, registry  # noqa: E402
from projects.models import Project, User  # noqa: E402
from projects.vocabulary import ImportKind, Precision, Stage  # noqa: E402
from projects.workbooks.receive import discard, receive  # noqa: E402

DAY = date(2026, 3, 1)


def main(name: str) -> None:
    stopped: list[bool] = []
    Thread(target=lambda: stopped.append(bool(sys.stdin.read() or True)), daemon=True).start()
    user = User.objects.order_by("pk")[0]
    number = 0
    while not stopped:
        number += 1
        label = f"{name}{number:05}"
        project = registry.register(Project(name=label, total_investment=number), by=user)
        acknowledge("project", label)
        if number % 3 == 0:
            milestone = lifecycle.reach(project, Stage.STARTED, on=DAY, precision=Precision.DAY, by=user)
            proof = evidence.attach(milestone, pdf(label), by=user)
            acknowledge("evidence", proof.sha256)
        if number % 5 == 0:
            discard(receive(pdf(f"{label}b"), kind=ImportKind.PROJECTS, terms={}, by=user))
            kept = receive(pdf(f"{label}w"), kind=ImportKind.PROJECTS, terms={}, by=user)
            acknowledge("workbook", kept.workbook.sha256)


def acknowledge(kind: str, name: str) -> None:
    sys.stdout.write(f"{kind} {name}\n")
    sys.stdout.flush()


def pdf(label: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{label}.pdf", b"%PDF-1.4\n" + label.encode() * 2000)


main(sys.argv[1])
