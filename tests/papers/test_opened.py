"""An office program opens every paper: LibreOffice makes a PDF of each, in which every number stands as it was kept."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from projects.models import Project
from projects.papers.bulletin_template import own_template
from projects.papers.deck.master import own_master
from tests import build
from tests.papers.test_bulletin import luoxi, seal  # noqa: F401  # fixtures
from tests.papers.test_orders import _media, ask, read, values  # noqa: F401  # every file into a folder of its own

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECONDS = 300
KINDS = {"bulletin": "docx", "deck": "pptx", "table": "xlsx", "table_word": "docx"}


def opened(folder: Path) -> dict[str, list[str]]:
    """The texts of the pages of every file in the folder, without blanks, as one run of LibreOffice makes them."""
    office = shutil.which("soffice")
    assert office, (
        "没有 LibreOffice：apt-get install libreoffice-{writer,calc,impress}-nogui (no LibreOffice on this machine)"
    )
    files = sorted(folder.iterdir())
    profile = folder.with_name("profile")
    done = subprocess.run(
        [
            office, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", folder, *files,
        ],
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return {
        path.name: [
            re.sub(r"\s", "", page.extract_text()) for page in PdfReader(folder / f"{path.stem}.pdf").pages
        ]
        for path in files
    }


def test_libreoffice_opens_every_paper_and_shows_every_number(seal, luoxi, tmp_path) -> None:  # noqa: F811
    started = Project.objects.get(name="罗溪镇项目0").milestones.get(stage="started")
    build.evidence(started, build.photo(exif=build.taken("2024:09:20 10:30:00")))
    leader, staff, folder = build.leader(), build.staff(luoxi), tmp_path / "opened"
    folder.mkdir()
    made = {
        "leader": (leader, ask(leader, *KINDS)),
        "staff": (staff, ask(staff, *KINDS, organisation=luoxi.pk)),
    }
    for name, (user, order) in made.items():
        for kind, ending in KINDS.items():
            (folder / f"{name}-{kind}.{ending}").write_bytes(read(user, order, kind))
    (folder / "template.docx").write_bytes(own_template())
    (folder / "master.pptx").write_bytes(own_master())
    pages = opened(folder)

    for name, (_, order) in made.items():
        for kind, ending in KINDS.items():
            words = "".join(pages[f"{name}-{kind}.{ending}"])
            lost = [
                key for key, value in values(order, kind).items() if re.sub(r"\s", "", value) not in words
            ]
            assert (name, kind, lost) == (name, kind, [])
            assert "罗溪镇" in words
            assert ("薛家镇" in words) == (name == "leader")
    deck = pages["leader-deck.pptx"]
    assert len(deck) == 10
    assert "总体情况" in deck[1]
    assert "关于2024年9月完成情况（市重点）的通报" in "".join(pages["leader-bulletin.docx"])
    assert "重大项目调度表" in pages["leader-table.xlsx"][0]
    assert len(pages["template.docx"]) >= 1
