"""Text files: encodings and separators."""

from tests.files.corpus.making import Book

LINES = ["序号,项目名称,总投资（亿元）,备注", '1,恒启储能基地,110.3,"甲,乙\n丙"', "2,衡朔机床扩建,6.05,"]
TEXT = "\r\n".join(LINES)


def csv_utf8() -> Book:
    """UTF-8 without a mark; a comma and a line break in a quoted cell."""
    return Book("清单.csv", TEXT.encode())


def csv_utf8_with_mark() -> Book:
    """UTF-8 with its mark, as Excel saves “CSV UTF-8”: the mark is no part of the first heading."""
    return Book("清单.csv", TEXT.encode("utf-8-sig"))


def csv_gb18030() -> Book:
    """GB18030, as Chinese Excel saves a plain CSV, with a character that GBK lacks."""
    return Book("清单.csv", TEXT.replace("丙", "㐂").encode("gb18030"))


def csv_utf16_with_tabs() -> Book:
    """UTF-16 with tabs, as Excel saves “Unicode text”."""
    return Book("清单.txt", TEXT.replace("甲,乙", "甲乙").replace(",", "\t").encode("utf-16"))


def csv_with_semicolons() -> Book:
    """Semicolons part the cells; commas are text."""
    return Book("清单.csv", "项目名称;备注;总投资（亿元）\n恒启储能基地;甲,乙;110.3\n衡朔;丙,丁;6".encode())


def csv_with_two_rows_of_headings() -> Book:
    """Headings on two rows without merged cells: a parent holds for the empty cells to its right; ragged lines."""
    lines = [
        "2024年推进表",
        "序号,项目名称,投资（亿元）,,责任单位",
        ",,总投资,年度计划",
        "1,恒启储能基地,110.3,25,三井街道",
        "2,衡朔",
    ]
    return Book("两行.csv", "\n".join(lines).encode("gb18030"))


def csv_in_no_encoding() -> Book:
    """Bytes that are neither UTF-8 nor GB18030 are refused, not replaced."""
    return Book("乱码.csv", "项目名称,备注\n".encode() + b"\xff\xff\xfe,1\n")


def csv_with_an_endless_cell() -> Book:
    """A quote that never ends is a fault with its line."""
    return Book("引号.csv", '项目名称,备注\n"恒启储能基地,'.encode() + b"a" * 200_000)


def csv_of_too_many_lines() -> Book:
    """A million lines are refused as soon as there are too many."""
    return Book("一百万行.csv", b"a,b\n" * 1_000_000)
