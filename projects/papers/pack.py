"""The meeting pack: the files of an order as one .zip, with a manifest that people read and one that programs check."""

from django.utils import timezone

from projects.models import PaperOrder
from projects.papers.packages import packed
from projects.templatetags.formats import day

MANIFEST, SUMS = "清单.txt", "SHA256SUMS"


def packed_order(order: PaperOrder) -> bytes:
    """The same bytes each time. Raises FileNotFoundError for a file that is lost."""
    parts = {}
    for paper in order.made:
        with paper.file.open("rb") as file:
            parts[paper.name] = file.read()
    parts[MANIFEST] = manifest(order).encode()
    sums = [f"{paper.sha256}  {paper.name}" for paper in order.made]
    parts[SUMS] = ("\n".join(sums) + "\n").encode()
    return packed(parts)


def manifest(order: PaperOrder) -> str:
    """What the papers are of, who asked for them, and the digest of each; lines end as Windows has them."""
    known = timezone.localtime(order.known_at)
    asked = timezone.localtime(order.asked_at)
    basis = (
        f"封存《{order.bulletin.title}》，摘要 {order.bulletin.digest}"
        if order.bulletin
        else f"台账，只用 {day(known.date())} {known:%H:%M:%S} 前录入的内容"
    )
    lines = [
        "会议材料清单",
        f"范围：{order.scope_words}",
        f"数据截至：{day(order.as_of)}",
        f"口径：{basis}",
        f"生成：{order.asked_by}，{day(asked.date())} {asked:%H:%M:%S}，第 {order.pk} 号",
        "",
        *(f"{paper.name}\r\n  {paper.size} 字节，SHA-256 {paper.sha256}" for paper in order.made),
    ]
    return "\r\n".join([*lines, ""])
