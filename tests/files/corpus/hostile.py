"""Files made to harm, and harmless ones that would: each is refused before it takes the memory that it asks for."""

from tests.files.corpus.making import (
    SHEET,
    TEXTS,
    WORKBOOK,
    Book,
    Entry,
    Page,
    archive,
    deflated,
    deflated_zeros,
    operated,
    package,
    parts,
    with_rows,
    xlsx,
)

TIDY = xlsx(Page([["项目名称", "备注"], ["甲", "乙"]]))
ENTITIES = b"""<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
EXTERNAL = b"""<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>"""
MEGABYTE = 2**20


def cell(place: str) -> bytes:
    return b'<c r="%b"><v>1</v></c>' % place.encode()


def crooked(name: str, packed: bytes, size: int) -> bytes:
    """The tidy workbook with one part as it is not."""
    entries = [
        Entry(part, packed, size) if part == name else Entry(part, deflated(content), len(content))
        for part, content in parts(TIDY).items()
    ]
    return archive(entries)


def zip_bomb() -> Book:
    """A sheet that states that it unpacks to 1 GB."""
    return Book("炸弹.xlsx", crooked(SHEET, deflated_zeros(1024), 1024 * MEGABYTE))


def zip_bomb_that_lies() -> Book:
    """A sheet that states 1,000 bytes and unpacks to 1 GB: unpacking stops at what was stated."""
    return Book("谎报.xlsx", crooked(SHEET, deflated_zeros(1024), 1000))


def zip_bomb_in_the_texts() -> Book:
    """The same in the shared texts."""
    return Book("谎报文字.xlsx", crooked(TEXTS, deflated_zeros(1024), 1000))


def zip_bomb_beside_the_sheets() -> Book:
    """The same in a part that describes the file."""
    return Book("谎报属性.xlsx", crooked("docProps/app.xml", deflated_zeros(1024), 1000))


def zip_of_zips() -> Book:
    """Archives within an archive are not opened."""
    bomb = package({f"{number}.bin": bytes(MEGABYTE) for number in range(20)})
    return Book("套娃.xlsx", package({f"{number}.zip": bomb for number in range(20)}))


def archive_of_a_million_parts() -> Book:
    """A directory of 400,000 parts is refused by its length."""
    return Book("海量.xlsx", directory_of(400_000))


def directory_of(count: int) -> bytes:
    one = archive([Entry("a", b"", 0)])
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    directory = one[start:end] * count
    tail = one[end : end + 8] + b"\xff\xff\xff\xff" + len(directory).to_bytes(4, "little")
    return one[:start] + directory + tail + start.to_bytes(4, "little") + b"\0\0"


def two_parts_of_one_name() -> Book:
    """Two sheets under one name, of which readers see different ones."""
    entries = [Entry(name, deflated(content), len(content)) for name, content in parts(TIDY).items()]
    return Book("重名.xlsx", archive([*entries, Entry(SHEET.upper(), deflated(b"<worksheet/>"), 12)]))


def something_behind_the_archive() -> Book:
    """A second archive behind the first, of which readers see different ones."""
    return Book("尾巴.xlsx", TIDY + b"PK\x05\x06" + bytes(18))


def entities_in_a_sheet() -> Book:
    """Entities that multiply, in a sheet."""
    return Book("实体.xlsx", operated(TIDY, SHEET, b"<worksheet", ENTITIES + b"<worksheet"))


def entities_in_the_texts() -> Book:
    """Entities that multiply, in the shared texts."""
    return Book("实体文字.xlsx", operated(TIDY, TEXTS, b"<sst", ENTITIES + b"<sst"))


def entities_in_the_workbook() -> Book:
    """An entity that would read a file of the server, in the part that our own parser reads."""
    return Book("外部实体.xlsx", operated(TIDY, WORKBOOK, b"<workbook", EXTERNAL + b"<workbook"))


def sheet_in_utf16() -> Book:
    """A sheet in UTF-16, in which no search would see a definition."""
    xml = parts(TIDY)[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    return Book("编码.xlsx", package(parts(TIDY) | {SHEET: xml}))


def million_blank_rows() -> Book:
    """A million rows that hold nothing."""
    rows = b"".join(b'<row r="%d" ht="20"/>' % row for row in range(1, 1_000_001))
    return Book("空行.xlsx", with_rows(rows))


def million_rows_of_blank_cells() -> Book:
    """A million rows of formatted empty cells, in a sheet of 60 MB."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (row, row, row)
        for row in range(1, 1_000_001)
    )
    return Book("空格行.xlsx", with_rows(rows))


def cell_in_the_last_row() -> Book:
    """One cell in A1048576: a reader would lay out a million rows."""
    return Book("末行.xlsx", with_rows(b'<row r="1048576">' + cell("A1048576") + b"</row>"))


def cell_in_the_last_corner() -> Book:
    """One cell in A1 and one in XFD1048576: 17 billion cells."""
    return Book("末格.xlsx", with_rows(b'<row r="1">' + cell("A1") + cell("XFD1048576") + b"</row>"))


def corner_in_other_ways() -> Book:
    """The same with a prefix, single quotes, blanks and small letters, and > within an attribute."""
    far = b"<x:c foo='>' t = 'n'\n r = 'xfd1048576'><v>1</v></x:c>"
    return Book("末格变形.xlsx", with_rows(b'<row r="1">' + cell("A1") + far + b"</row>"))


def corner_behind_a_false_tag() -> Book:
    """The same with a < within an attribute, which is no XML, and which a reader may still take."""
    far = b"<c foo='<' r='XFD1048576'><v>1</v></c>"
    return Book("末格伪装.xlsx", with_rows(b'<row r="1">' + cell("A1") + far + b"</row>"))


def far_cell_between_near_ones() -> Book:
    """IV500 among 150,000 tidy rows of one cell: the rectangle is what counts, not the cells."""
    rows = b"".join(b'<row r="%d">%b</row>' % (row, cell(f"A{row}")) for row in range(1, 150_001))
    return Book("远格.xlsx", with_rows(rows.replace(cell("A500"), cell("A500") + cell("IV500"))))


def ten_thousand_columns() -> Book:
    """10,000 columns."""
    cells = b"".join(b'<c r="%b1"><v>1</v></c>' % name.encode() for name in column_names(10_000))
    return Book("列.xlsx", with_rows(b'<row r="1">' + cells + b"</row>"))


def column_names(count: int) -> list[str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = [*alphabet, *(a + b for a in alphabet for b in alphabet)]
    names += [a + b + c for a in alphabet for b in alphabet for c in alphabet]
    return names[:count]


def cells_without_places() -> Book:
    """10,000 cells in one row that do not say where they stand."""
    return Book("无址.xlsx", with_rows(b"<row>" + b"<c><v>1</v></c>" * 10_000 + b"</row>"))


def one_text_a_million_times() -> Book:
    """A text of 32,000 characters that 200,000 cells refer to: 19 GB once it is read."""
    texts = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 190_001)
    )
    contents = parts(with_rows(rows))
    return Book("重复文字.xlsx", package(contents | {TEXTS: texts.format("长" * 32_000).encode()}))


def millions_of_empty_texts() -> Book:
    """20 million shared texts that are empty."""
    texts = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + b"<si/>" * 20_000_000
        + b"</sst>"
    )
    return Book("空文字.xlsx", package(parts(TIDY) | {TEXTS: texts}))


def one_endless_text() -> Book:
    """A shared text of 150 MB, which grows with every piece that is unpacked."""
    texts = b"<sst><si><t>" + b"a" * 150 * MEGABYTE + b"</t></si></sst>"
    return Book("长文字.xlsx", package(parts(TIDY) | {TEXTS: texts}))


def texts_of_many_sheets() -> Book:
    """A long text that is within the limit on each of 20 sheets, and beyond it on all."""
    texts = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'
    contents = parts(xlsx(*(Page([["a"]], name=f"表{number}") for number in range(20))))
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 1001))
    for name in [name for name in contents if name.startswith("xl/worksheets/sheet")]:
        before, _, after = contents[name].partition(b"<sheetData>")
        contents[name] = (
            before + b"<sheetData>" + rows + b"</sheetData>" + after.partition(b"</sheetData>")[2]
        )
    return Book("多表文字.xlsx", package(contents | {TEXTS: texts.format("长" * 32_000).encode()}))


def one_endless_cell() -> Book:
    """A cell with 100 MB of text."""
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * 100 * MEGABYTE + b"</t></is></c></row>"
    return Book("长文.xlsx", with_rows(rows))


def one_cell_a_million_times() -> Book:
    """Four million cells that all call themselves A1."""
    return Book("同格.xlsx", with_rows(b'<row r="1">' + cell("A1") * 4_000_000 + b"</row>"))


def text_not_in_the_table() -> Book:
    """A cell that refers to a text that is not there."""
    return Book("缺文字.xlsx", operated(TIDY, SHEET, b"<v>0</v>", b"<v>999999</v>"))


def too_many_sheets() -> Book:
    """300 sheets."""
    return Book("三百张.xlsx", xlsx(*(Page([["项目名称"]], name=f"表{number}") for number in range(300))))


def merged_over_everything() -> Book:
    """30,000 merged ranges, each over the whole sheet."""
    merged = b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 30_000 + b"</mergeCells>"
    return Book("合并.xlsx", operated(TIDY, SHEET, b"</sheetData>", b"</sheetData>" + merged))


def search_that_never_ends() -> Book:
    """A tag whose attributes would make a careless search go back and forth for hours."""
    tag = b"<c" + b' r="A1"' * 500_000 + b"><f>1</f></c>"
    return Book("回溯.xlsx", with_rows(b'<row r="1">' + tag + b"</row>"))


def tags_and_nothing_else() -> Book:
    """40 million tags that mean nothing."""
    return Book("标签.xlsx", with_rows(b"<a:b/>" * 40_000_000))


def endless_styles() -> Book:
    """A million styles, each of which shows days as months."""
    styles = b"<styleSheet><cellXfs>" + b'<xf numFmtId="57"/>' * 1_000_000 + b"</cellXfs></styleSheet>"
    return Book("样式.xlsx", package(parts(TIDY) | {"xl/styles.xml": styles}))


def truncated() -> Book:
    """Half a workbook is said to be damaged."""
    return Book("半截.xlsx", TIDY[: len(TIDY) // 2])


def truncated_part() -> Book:
    """A sheet that ends in the middle of its packed bytes."""
    xml = parts(TIDY)[SHEET]
    return Book("半张.xlsx", crooked(SHEET, deflated(xml)[:-40], len(xml)))
