"""Pages of lists: by a cursor in the order of the records' numbers, which nothing that is written meanwhile upsets."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from projects.figures.paging import PAGE_SIZE
from projects.forms.questions import LARGEST_PAGE, PageQuestion
from projects.rules.typed import whole_number

CURSOR, SIZE = "cursor", "page_size"
NO_PAGE = "没有这一页。"
CURSOR_PARAMETERS = [
    OpenApiParameter(CURSOR, OpenApiTypes.STR, description="下一页的位置：用上一页答复里 next 的地址即可"),
    OpenApiParameter(
        SIZE, OpenApiTypes.INT, description=str(PageQuestion.base_fields[SIZE].label), examples=None
    ),
]


class RecordCursor(CursorPagination):
    """A cursor over record numbers; the library would hand any text of a cursor to the database."""

    ordering = "pk"
    page_size, max_page_size, page_size_query_param = PAGE_SIZE, LARGEST_PAGE, SIZE
    invalid_cursor_message = NO_PAGE

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and whole_number(cursor.position) is None:
            raise NotFound(NO_PAGE)
        return cursor

    def get_page(self, rows: Any, request: Request, view: Any) -> list[Any]:
        return list(self.paginate_queryset(rows, request, view) or [])
