"""`manage.py import_workbook`: import a workbook by the same steps as the page."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects import access
from projects.forms.workbook import ImportForm
from projects.models import User
from projects.rules.money import MoneyUnit
from projects.templatetags.formats import wan_exact
from projects.vocabulary import ImportKind, Level, Role
from projects.workbooks.report import ImportReport
from projects.workbooks.unattended import ExitStatus, carry_through

UNITS = {"yuan": MoneyUnit.YUAN, "wan": MoneyUnit.WAN, "yi": MoneyUnit.YI}


class Command(BaseCommand):
    help = (
        "导入工作簿，与页面同一套读取、核对和写入。退出码：0 已写入或无需写入，1 有错误或待选择的行，"
        "2 文件不能读取，或有要人回答的问题。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="工作簿：.xlsx、.xls 或 .csv")
        parser.add_argument("--what", choices=ImportKind.values, required=True, help="导入什么")
        parser.add_argument("--year", default="", help="年份")
        parser.add_argument("--level", choices=Level.values, default="", help="清单里没写级别时的名单级别")
        parser.add_argument("--month", default="", help="月报的月份，如 2024-09")
        parser.add_argument("--handed-on", default="", help="换责任单位时从哪一天起，默认今天")
        parser.add_argument("--unit", choices=UNITS, help="没有写单位的金额列的单位")
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="问题=回答",
            help="回答关于整张表的问题，如 Sheet1·struck=leave；可以写几次，问题和回答见退出码 2 时的报告",
        )
        parser.add_argument("--user", default="", help="以谁的身份导入；默认第一个项目办账号")
        parser.add_argument("--reason", default="", help="说明，进入历史记录")
        parser.add_argument("--only-good", action="store_true", help="有错误的行留下，只写入可以的行")
        parser.add_argument("--without-hidden", action="store_true", help="不读隐藏行")
        parser.add_argument("--number-is-list", action="store_true", help="序号作为名单序号")
        parser.add_argument("--dry-run", action="store_true", help="只核对和报告，什么也不留下")
        parser.add_argument("--json", action="store_true", help="以 JSON 报告")

    def handle(self, **options: Any) -> None:
        try:
            with options["file"].open("rb") as opened:
                report, verdict = self.carried(File(opened, name=options["file"].name), options)
        except OSError as lost:
            raise CommandError(f"文件打不开：{lost}", returncode=ExitStatus.UNREADABLE) from lost
        if options["json"]:
            shown = report.plain | {"dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(report, is_rehearsal=options["dry_run"])))
        if verdict:
            raise CommandError(_last_word(report, verdict), returncode=verdict)

    def carried(self, file: File[bytes], options: dict[str, Any]) -> tuple[ImportReport, ExitStatus]:
        """Validate the options as the page does, with the permissions of the user."""
        by = _person(options["user"])
        asked = {
            name: options[name]
            for name in (
                *("year", "level", "month", "handed_on", "reason"),
                *("without_hidden", "number_is_list"),
            )
        }
        form = ImportForm(
            asked | {"kind": options["what"]},
            {"file": file},
            kinds=access.importable_kinds(by),
            today=timezone.localdate(),
            year_is_enough=True,
        )
        if not form.is_valid():
            faults = "；".join(str(error) for errors in form.errors.values() for error in errors)
            raise CommandError(faults, returncode=ExitStatus.UNREADABLE)
        return carry_through(
            file,
            kind=ImportKind(form.cleaned_data["kind"]),
            terms=form.terms,
            by=by,
            reason=form.cleaned_data["reason"],
            unit=UNITS.get(options["unit"]),
            answers=_answers(options["answer"]),
            only_good=options["only_good"],
            is_rehearsal=options["dry_run"],
        )


def _answers(typed: Sequence[str]) -> dict[str, str]:
    """Sheet1·struck=leave as code and answer."""
    pairs = [text.rpartition("=") for text in typed]
    if wrong := [text for text, (code, _, answer) in zip(typed, pairs, strict=True) if not (code and answer)]:
        raise CommandError(f"--answer 应写成“问题=回答”：{wrong[0]}", returncode=ExitStatus.UNREADABLE)
    return {code: answer for code, _, answer in pairs}


def _person(name: str) -> User:
    """Who imports: the one named, else the first account of the office."""
    people = User.objects.with_roles().filter(is_active=True)
    if name:
        by = people.filter(username=name).first()
    else:
        offices = Group.objects.filter(name=Role.OFFICE.label)
        by = people.filter(groups__in=offices).order_by("pk").first()
    if by is None:
        fault = f"没有账号“{name}”" if name else "没有项目办账号，请用 --user 指定以谁的身份导入"
        raise CommandError(f"{fault}。", returncode=ExitStatus.UNREADABLE)
    return by


def _lines(report: ImportReport, *, is_rehearsal: bool) -> list[str]:
    """The report for a person at a terminal."""
    imported = report.imported
    lines = [f"{report.workbook.name}：{imported.in_words or imported.get_state_display()}"]
    lines += [f"  {problem}" for problem in (*report.faults, *report.undecided, *report.questions)]
    lines += [f"  {problem}" for problem in report.doubts]
    lines += [f"  {sentence}" for sentence in report.left_out]
    for column in imported.sums:
        missing = f"，缺 {column['missing']}，读不出 {column['unclear']}"
        lines.append(f"  合计 {column['label']} {wan_exact(column['amount'])} 万元{missing}")
    for total in imported.printed_totals:
        if total["difference"]:
            off = wan_exact(total["difference"])
            lines.append(
                f"  {total['sheet']} 第 {total['line']} 行 {total['label']}：表内与相加差 {off} 万元"
            )
    if imported.written:
        lines.append(f"已写入 {imported.written} 行，第 {imported.pk} 号导入。")
    elif is_rehearsal:
        lines.append("只作核对，什么也没有留下。")
    return lines


def _last_word(report: ImportReport, verdict: ExitStatus) -> str:
    imported = report.imported
    if verdict == ExitStatus.UNREADABLE:
        return imported.fault or "有要人回答的问题，没有写入：" + "；".join(map(str, report.questions))
    if imported.fault:
        return imported.fault
    return "有错误或待选择的行" + ("，其余已写入。" if imported.written else "，没有写入任何内容。")
