"""`manage.py import_workbook`: the page's way, a report that a machine reads, exit codes that a shell reads."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line

from projects.models import Import, Listing, Project, Workbook
from tests import build, registers
from tests.files.corpus import CORPUS
from tests.registers import Register
from tests.workbooks.sheets_made import xlsx

pytestmark = pytest.mark.django_db

HEAD = ["项目名称", "总投资（万元）", "责任单位"]
GOOD = ["热泵项目", 12000, "罗溪镇"]
BAD = ["电机项目", "约3亿", "罗西镇"]
TERMS = ["--what", "projects", "--year", "2024", "--level", "city"]


@pytest.fixture(autouse=True)
def office():
    build.town("罗溪镇")
    return build.office(username="office")


@pytest.fixture
def book(tmp_path: Path):
    def write(*rows: list[Any], head: list[str] | None = None, name: str = "清单.xlsx") -> str:
        path = tmp_path / name
        path.write_bytes(xlsx(head or HEAD, *rows))
        return str(path)

    return write


def run(file: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and the JSON report."""
    out = StringIO()
    try:
        call_command("import_workbook", file, *TERMS, "--json", *options, stdout=out)
    except CommandError as error:
        return error.returncode, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def refused(file: str, *options: str) -> tuple[int, str]:
    """Exit status and the last word, where there is no report."""
    with pytest.raises(CommandError) as error:
        call_command("import_workbook", file, *options, stdout=StringIO())
    return error.value.returncode, str(error.value)


def test_good_rows_are_written_by_the_office_with_the_workbook_as_source(book, office):
    status, report = run(book(GOOD), "--reason", "市里下发")

    assert status == 0
    assert (report["counts"]["new"], report["written"], report["state"]) == (1, 1, "applied")
    assert report["sums"][0]["amount"] == 120_000_000
    entry = Project.objects.get().history.first()
    assert entry.history_user == office
    assert entry.history_change_reason == "导入《清单.xlsx》第2行：市里下发"
    assert Listing.objects.get().level == "city"


def test_a_second_run_has_nothing_to_do(book):
    file = book(GOOD)
    run(file)
    status, report = run(file)
    assert (status, report["counts"]["unchanged"], report["written"]) == (0, 1, 0)


def test_faults_are_named_by_cell_and_stop_everything(book):
    status, report = run(book(GOOD, BAD))

    assert status == 1
    assert not Project.objects.exists()
    found = {(each["row"], each["column"], each["heading"]) for each in report["faults"]}
    assert found == {(3, "B", "总投资（万元）"), (3, "C", "责任单位")}
    assert all(each["sheet"] == "项目清单" and each["message"] for each in report["faults"])


def test_only_the_good_rows_are_written_when_that_is_asked(book):
    status, report = run(book(GOOD, BAD), "--only-good")
    assert (status, report["written"]) == (1, 1)
    assert Project.objects.get().name == "热泵项目"


def test_a_rehearsal_leaves_nothing_but_the_report(book):
    status, report = run(book(GOOD, BAD), "--dry-run")

    assert (status, report["dry_run"], report["counts"]["new"]) == (1, True, 1)
    assert not Import.objects.exists()
    assert not Workbook.objects.exists()
    assert not Project.objects.exists()


def test_a_unit_that_nobody_states_is_asked_for_or_said(book):
    file = book(GOOD, head=["项目名称", "总投资", "责任单位"])
    status, report = run(file, "--dry-run")
    assert status == 2
    assert "“总投资”没有写金额单位" in report["questions"][0]["message"]
    assert report["questions"][0]["column"] == "B"

    status, report = run(file, "--unit", "wan")

    assert status == 0
    assert Project.objects.get().total_investment == 120_000_000
    assert Import.objects.get(state="applied").columns == {"总投资": {"unit": "WAN"}}


def test_what_no_option_answers_is_a_persons(book):
    status, report = run(book(["热泵项目", 1], head=["工程名", "投入"]))
    assert status == 2
    assert report["questions"]
    assert not Project.objects.exists()


def test_look_alikes_are_a_persons(book):
    build.project("热泵项目", enterprise="河海")
    status, report = run(
        book(["热泵项目", "盛大", 12000, "罗溪镇"], head=["项目名称", "建设单位", *HEAD[1:]])
    )
    assert status == 1
    assert "疑似已有：热泵项目" in report["undecided"][0]["message"]


def test_printed_totals_are_held_against_the_rows(book):
    _, report = run(book(GOOD, ["合计", 12001, None]))
    total = report["printed_totals"][0]
    assert (total["printed"], total["computed"], total["difference"]) == (120_010_000, 120_000_000, 10_000)


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    path = tmp_path / "清单.xlsx"
    path.write_bytes(b"%PDF-1.7")
    status, report = run(str(path))
    assert (status, report["state"]) == (2, "failed")
    assert "不是表格" in report["fault"]
    assert refused(str(tmp_path / "none.xlsx"), *TERMS)[0] == 2


UNREADABLE = (
    "empty_file",
    "unknown_bytes",
    "xls_truncated",
    "xls_encrypted",
    "xlsx_encrypted",
    "xlsx_named_csv",
    "text_named_xls",
    "picture_named_xlsx",
    "archive_of_workbooks",
    "csv_in_no_encoding",
)


def unreadable(name: str) -> tuple[str, bytes]:
    match name:
        case "cut":
            return "清单.xlsx", xlsx(HEAD, GOOD)[:-200]
        case "headless":
            return "清单.xlsx", xlsx(["甲", "乙"], ["丙", "丁"])
    book = CORPUS[name]()
    return book.name, book.content


@pytest.mark.parametrize("name", [*UNREADABLE, "cut", "headless"])
def test_a_rehearsal_of_an_unreadable_file_says_what_the_real_run_says(tmp_path, name: str):
    file, content = unreadable(name)
    path = tmp_path / file
    path.write_bytes(content)
    rehearsed = refused(str(path), *TERMS, "--dry-run")
    assert not Import.objects.exists()
    real = refused(str(path), *TERMS)
    assert rehearsed == real
    assert (real[0], real[1] != "") == (2, True)
    assert run(str(path), "--dry-run")[1]["dry_run"] is True


@pytest.mark.parametrize("option", ["--dry-run", "--only-good"])
def test_what_is_no_file_is_said_so(tmp_path, option: str):
    for path in (tmp_path / "none.xlsx", tmp_path):
        status, word = refused(str(path), *TERMS, option)
        assert (status, word.startswith("文件打不开：")) == (2, True)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--what", "projects", "--year", "abc"], "整数"),
        (["--what", "projects", "--year", "99999"], "2100"),
        (["--what", "projects", "--year", "9" * 5_000], "整数"),
        (["--what", "reports", "--month", "九月"], "请写成 2024-09。"),
        ([*TERMS, "--user", "nobody"], "没有账号“nobody”"),
    ],
)
def test_bad_words_are_refused_with_or_without_a_rehearsal(book, options: list[str], word: str):
    for rehearsal in ([], ["--dry-run"]):
        status, sentence = refused(book(GOOD), *options, *rehearsal)
        assert status == 2
        assert word in sentence


@pytest.mark.parametrize("options", [["--unit", "mile"], ["--level", "x"], ["--what", "x"]])
def test_a_word_that_is_no_choice_ends_with_two_in_a_shell(options: list[str]):
    command = ["manage.py", "import_workbook", "none.xlsx", "--what", "projects", "--dry-run"]
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line([*command, *options])
    assert ended.value.code == 2


def test_a_money_column_that_nobody_knows_stops_the_import_and_is_named(book):
    for rehearsal in (["--dry-run"], []):
        status, report = run(book([*GOOD, 300], head=[*HEAD, "投入"]), *rehearsal)
        assert status == 2
        (question,) = report["questions"]
        assert (question["column"], question["heading"]) == ("D", "投入")
        assert "“投入”的内容像金额，没有认出是哪一列" in question["message"]
    assert not Project.objects.exists()


def test_a_percent_cell_is_named(tmp_path):
    path = tmp_path / "清单.csv"
    path.write_text("项目名称,总投资（万元）\n甲项目,50%\n")
    status, report = run(str(path))
    assert status == 1
    assert (report["faults"][0]["row"], report["faults"][0]["column"]) == (2, "B")
    assert "“50%”是比例，不是金额" in report["faults"][0]["message"]


def test_who_may_not_import_is_refused(book):
    build.leader(username="leader")
    build.staff(build.town("罗溪镇"), username="town")
    assert refused(book(GOOD), *TERMS, "--user", "leader")[0] == 2
    assert "没有账号“nobody”" in refused(book(GOOD), *TERMS, "--user", "nobody")[1]
    assert refused(book(GOOD), "--what", "targets", "--year", "2024", "--user", "town")[0] == 2
    assert run(book(GOOD), "--user", "town")[0] == 0
    assert Project.objects.get().history.first().history_user.username == "town"


def test_terms_are_judged_as_on_the_page(book):
    assert "请填写是哪一年的。" in refused(book(GOOD), "--what", "projects")[1]
    assert "请填写是哪个月的月报。" in refused(book(GOOD), "--what", "reports")[1]


def test_without_an_office_account_one_has_to_be_named(book, office):
    office.groups.clear()
    assert "没有项目办账号，请用 --user 指定" in refused(book(GOOD), *TERMS)[1]


def test_a_person_at_a_terminal_reads_it_too(book):
    out = StringIO()
    with pytest.raises(CommandError, match="没有写入任何内容"):
        call_command("import_workbook", book(GOOD, BAD), *TERMS, stdout=out)
    assert "新增 1，有错误 1" in out.getvalue()
    assert "项目清单 B3 总投资（万元）：" in out.getvalue()
    assert "合计 总投资 12000 万元，缺 0，读不出 1" in out.getvalue()


@pytest.mark.once
def test_a_shell_sees_the_exit_status(tmp_path: Path, article_file: Register, book):
    register = registers.sqlite(tmp_path / "register")
    shutil.copyfile(article_file.file, register.file)
    register.run("first_accounts")
    unreadable = tmp_path / "清单.xlsx"
    unreadable.write_bytes(b"%PDF-1.7")

    codes = [
        register.manage("import_workbook", file, *TERMS, "--json").returncode
        for file in (
            book(["热泵机组二期", 12000, "罗溪镇"], name="good.xlsx"),
            book(BAD, name="bad.xlsx"),
            str(unreadable),
        )
    ]

    assert codes == [0, 1, 2]
