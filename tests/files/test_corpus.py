"""Every workbook of the corpus, in a process of its own: read or refused, within its time and memory."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files.corpus import CORPUS
from tests.files.reader import SECONDS

ROOT = Path(__file__).parents[2]
MEGABYTES = 300

REFUSED = {
    "csv_in_no_encoding": "编码",
    "csv_with_an_endless_cell": "第 2 行附近的引号",
    "csv_of_too_many_lines": "第 200001 行超出上限",
    "xls_encrypted": "已加密",
    "xls_with_macros": "含有宏",
    "xls_truncated": "不完整或已损坏",
    "xls_of_blanks": "3000000 格的上限",
    "xlsx_encrypted": "已加密",
    "xls_named_xlsx": "把扩展名改为 .xls ",
    "xlsx_named_csv": "把扩展名改为 .xlsx",
    "html_named_xls": "网页",
    "xml_named_xls": "XML",
    "text_named_xls": "把扩展名改为 .csv",
    "picture_named_xlsx": "PNG 图片",
    "empty_file": "空的",
    "xlsm": "含宏的文件",
    "macros_named_xlsx": "含有宏",
    "binary_workbook": "只接受 .xlsx、.xls 和 .csv",
    "binary_workbook_named_xlsx": ".xlsb",
    "open_document": "OpenDocument",
    "wps_format": "WPS 表格专用格式",
    "word_document_named_xlsx": "Word 文档",
    "archive_of_workbooks": "先解压",
    "unknown_bytes": "认不出文件的内容",
    "error_of_another_kind": "单元格 B2 是错误值 #SPILL!",
    "zip_bomb": "解压后有 1024 MB",
    "one_endless_text": "内部结构异常",
    "texts_of_many_sheets": "文件的文字超过 192 MB",
    "tags_and_nothing_else": "内部结构异常",
    "endless_styles": "内部结构异常",
    "zip_bomb_that_lies": "压缩炸弹",
    "zip_bomb_in_the_texts": "压缩炸弹",
    "zip_bomb_beside_the_sheets": "压缩炸弹",
    "zip_of_zips": "先解压",
    "archive_of_a_million_parts": "内部结构异常",
    "two_parts_of_one_name": "内部结构异常",
    "something_behind_the_archive": "内部结构异常",
    "entities_in_a_sheet": "实体定义",
    "entities_in_the_texts": "实体定义",
    "entities_in_the_workbook": "实体定义",
    "sheet_in_utf16": "内部结构异常",
    "million_blank_rows": "200000 行的上限",
    "million_rows_of_blank_cells": "200000 行的上限",
    "cell_in_the_last_row": "用到了第 1048576 行",
    "cell_in_the_last_corner": "用到了第 1048576 行",
    "corner_in_other_ways": "用到了第 1048576 行",
    "corner_behind_a_false_tag": "内部结构异常",
    "far_cell_between_near_ones": "256 列（含带格式的空行空列），超过共 3000000 格",
    "ten_thousand_columns": "256 列的上限",
    "cells_without_places": "256 列的上限",
    "one_text_a_million_times": "文字超过 192 MB",
    "millions_of_empty_texts": "3000000 段文字",
    "one_endless_cell": "内部结构异常",
    "one_cell_a_million_times": "3000000 格的上限",
    "text_not_in_the_table": "不完整或已损坏",
    "too_many_sheets": "300 张工作表",
    "merged_over_everything": "合并单元格超过 20000 处",
    "truncated": "不完整或已损坏",
    "truncated_part": "不完整或已损坏",
}
"""What the user is told, in part; everything else is read."""


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.files.reader"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.mark.parametrize("proof", CORPUS)
def test_it_is_read_or_refused_within_its_time_and_memory(
    proof: str, tmp_path: Path, reader: subprocess.Popen[str]
) -> None:
    book = CORPUS[proof]()
    path = tmp_path / book.name
    path.write_bytes(book.content)

    reader.stdin.write(f"{path}\n")
    reader.stdin.flush()
    found = json.loads(reader.stdout.readline())

    assert "died" not in found, f"more than {SECONDS} s, or an error"
    assert REFUSED.get(proof, "") in found["fault"]
    assert bool(found["fault"]) == (proof in REFUSED)
    assert found["megabytes"] < MEGABYTES


def test_the_written_list_says_what_each_proves() -> None:
    written = (Path(__file__).parent / "README.md").read_text()
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", written, re.MULTILINE))

    assert listed == {name: " ".join(proof.__doc__.split()) for name, proof in CORPUS.items()}


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 30
