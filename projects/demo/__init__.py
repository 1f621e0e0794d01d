"""A whole made-up district, marked 演示 in every name, for trying the system out and for measuring it.

Tested in tests/test_demo.py, tests/recount.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from django.db import transaction

from projects.actions.accounts import FirstAccount, create_first_accounts
from projects.actions.maps import keep_map, upload_map
from projects.demo import maps
from projects.demo.decisions import follow_up
from projects.demo.district import Authors, District, found
from projects.demo.life import live
from projects.demo.proof import stored
from projects.demo.targets import Plans, targets
from projects.demo.writing import DemoRecord, write
from projects.demo.years import ListNumbers, annual_plan, listings, reports, year_of
from projects.models import Bulletin, Organisation, Project, Source, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import Datum

CHUNK = 250
"""Projects written at a time: what they hold is then forgotten."""

TOWN = "罗溪镇"
"""The town whose staff has an account of its own."""

NOT_EMPTY = (
    "台账里已有数据，演示数据只能写入空库（另设 VAR_DIR，或运行 script/server --demo）。"
    " The register is not empty: demonstration data goes into an empty database only"
    " (set another VAR_DIR, or run script/server --demo)."
)


@transaction.atomic
def demonstrate(projects: int, *, seed: int, today: date, accounts: Path) -> list[FirstAccount]:
    """Fill an empty register with so many projects of two years, the same for the same seed and day.

    Returns the accounts made, which are also written to the file `accounts`. RuleBroken where anything exists.
    """
    if not _is_empty():
        raise RuleBroken(NOT_EMPTY)
    district = found(today=today)
    made = create_first_accounts(accounts, town=TOWN)
    district = replace(district, authors=_authors(), proof=stored())
    plans = Plans()
    stories = histories(district, range(1, projects + 1), seed=seed, plans=plans)
    while chunk := list(islice(stories, CHUNK)):
        write(record for story in chunk for record in story)
    write(targets(plans, rng=Random(seed), district=district))
    if (office := district.authors.office) is not None:
        draw_map(district, office)
        follow_up(district, office)
    return made


def draw_map(district: District, office: User) -> None:
    """Upload the made-up map and put it in force, as the office does."""
    content = maps.file_of(district.root, district.towns)
    facts = {"datum": Datum.CGCS2000, "approval_number": "", "origin": maps.ORIGIN}
    uploaded = upload_map(content, name=maps.FILE_NAME, by=office, **facts)
    keep_map(uploaded, by=office, reason=f"启用{maps.FILE_NAME}")


def histories(
    district: District, numbers: Iterable[int], *, seed: int, plans: Plans
) -> Iterator[list[DemoRecord]]:
    """The records of one project after the other; what they plan is added to `plans`."""
    list_numbers = ListNumbers()
    born = (district.first_day + timedelta(days=180), district.until - timedelta(days=15))
    for number in numbers:
        life, records = live(district, number, seed=seed, born=born)
        for year in district.years:
            listed = year_of(life, year, district)
            plans.add(life, year, listed)
            if listed:
                records += listings(life, listed, list_numbers, district)
                records.append(annual_plan(life, listed, district))
                records += reports(life, listed, district)
        yield records


def _is_empty() -> bool:
    """Nothing is there, nor has ever been, but what migrations put there."""
    tables = (Organisation, Project, Source, Bulletin)
    return (
        not any(table.objects.exists() or table.history.exists() for table in tables)
        and not User.objects.exists()
    )


def _authors() -> Authors:
    people = {user.username: user for user in User.objects.all()}
    return Authors(office=people.get("office"), staff=people.get("staff"))
