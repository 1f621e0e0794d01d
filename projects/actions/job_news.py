"""Tell people that what they left to the worker is done, or why it is not."""

from projects.actions.notifying import News, tell
from projects.models import Import, PaperOrder
from projects.vocabulary import NoticeKind


def tell_of_papers(order: PaperOrder) -> None:
    """The papers of an order are made, or were refused. Told once for each time that it was begun."""
    current = PaperOrder.objects.select_related("asked_by", "organisation").get(pk=order.pk)
    words = "没有生成" if current.fault else "已生成"
    news = News(
        NoticeKind.READY,
        cause=f"papers:{current.pk}:{current.attempt}",
        text=f"会议材料{words}：{current}",
        detail=current.fault,
        paper_order=current,
    )
    tell([current.asked_by], news)


def tell_of_import(imported: Import) -> None:
    """A step of an import has ended: what it waits for now, or why it was refused."""
    current = Import.objects.select_related("workbook", "created_by", "begun_by").get(pk=imported.pk)
    words = "没有做完" if current.fault else current.get_state_display()
    news = News(
        NoticeKind.READY,
        cause=f"import:{current.pk}:{current.attempt}",
        text=f"导入{words}：{current.workbook}",
        detail=current.fault,
        imported=current,
    )
    tell([current.begun_by or current.created_by], news)
