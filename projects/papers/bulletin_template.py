"""The bulletin's own template: what an office downloads, changes in Word and sends back.

Made by code, so that its measures are those of `gongwen`. The tags are Jinja's, as docxtpl reads them: `{{ … }}` a
text, `{%p … %}` a paragraph and `{%tr … %}` a row of a table that is only a tag.
"""

from datetime import UTC, datetime
from functools import cache
from io import BytesIO

from projects.papers import gongwen
from projects.papers.gongwen import BODY, FIRST, PLAIN, SECOND, SIGNED, TITLE, Gongwen
from projects.papers.packages import packed, tree, unpacked, written

BLANK = "\u3000" * 4


@cache
def own_template() -> bytes:
    """The same bytes every time."""
    made = Gongwen()
    made.add(f"文号：{BLANK}〔{BLANK}〕{BLANK}号{BLANK}签发人：{BLANK}", PLAIN)
    made.add("", PLAIN)
    made.add("{{ title }}", TITLE)
    made.add("", PLAIN)
    _prose(made, "一、总体情况", "summary")
    _indicators(made)
    _units(made)
    _prose(made, "三、亮灯情况", "lights")
    _lists(made)
    made.add("数据截至{{ as_of }}，{{ basis }}。空白为未知，不是零。", BODY)
    made.add("", PLAIN)
    made.add(f"印发单位：{BLANK}{BLANK}", SIGNED)
    made.add(f"{BLANK}年{BLANK[:2]}月{BLANK[:2]}日", SIGNED)
    made.document.core_properties.author = made.document.core_properties.last_modified_by = ""
    made.document.core_properties.title = "完成情况通报模板"
    made.document.core_properties.comments = ""
    made.document.core_properties.created = made.document.core_properties.modified = datetime(
        2024, 1, 1, tzinfo=UTC
    )
    saved = BytesIO()
    made.document.save(saved)
    parts = unpacked(saved.getvalue())
    parts["word/fontTable.xml"] = written(gongwen.with_fallbacks(tree(parts["word/fontTable.xml"])))
    return packed(parts)


def _prose(made: Gongwen, heading: str, name: str) -> None:
    """A heading with its sentences; none where there is no sentence."""
    made.add(f"{{%p if {name} %}}", PLAIN)
    made.add(heading, FIRST)
    made.add(f"{{%p for sentence in {name} %}}", PLAIN)
    made.add("{{ sentence }}", BODY)
    made.add("{%p endfor %}", PLAIN)
    made.add("{%p endif %}", PLAIN)


def _indicators(made: Gongwen) -> None:
    made.add("{%p if indicators %}", PLAIN)
    made.add("（一）各项指标", SECOND)
    made.table(
        ("指标", "实际", "年度目标", "完成率", "较时间进度（百分点）", "亮灯"),
        (
            "{{ row.label }}（{{ row.unit }}）",
            "{{ row.actual }}",
            "{{ row.target }}",
            "{{ row.rate }}",
            "{{ row.gap }}",
            "{{ row.light }}",
        ),
        (5, 4, 4, 4, 4, 3),
        ("{%tr for row in indicators %}", "{%tr endfor %}"),
    )
    made.add("{%p endif %}", PLAIN)


def _units(made: Gongwen) -> None:
    made.add("{%p if units %}", PLAIN)
    made.add("二、各单位排名", FIRST)
    made.add("按{{ ranked_by }}完成率排名{{ since }}。", BODY)
    made.table(
        (
            "名次",
            "单位",
            "项目数",
            "{{ ranked_by }}（{{ ranked_unit }}）",
            "年度目标",
            "完成率",
            "较上次",
            "亮灯",
        ),
        (
            "{{ row.rank }}",
            "{{ row.label }}",
            "{{ row.projects }}",
            "{{ row.actual }}",
            "{{ row.target }}",
            "{{ row.rate }}",
            "{{ row.moved }}",
            "{{ row.light }}",
        ),
        (3, 6, 3, 5, 5, 5, 4, 4),
        ("{%tr for row in units %}", "{%tr endfor %}"),
    )
    made.add("{%p endif %}", PLAIN)


def _lists(made: Gongwen) -> None:
    """What is late, what stands in the way, what falls due in the next month."""
    parts = (
        ("late", "四、逾期项目"),
        ("problems", "五、存在问题"),
        ("ahead", "六、下月到期节点"),
    )
    for name, heading in parts:
        _prose(made, heading, name)
