"""The manual: one page for each job, and what is found in it. Everybody who is signed in may read it."""

from dataclasses import dataclass
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from projects import access
from projects.forms.manual import ManualQuestionForm

EVERYBODY, STAFF, OFFICE, LEADER, ADMINISTRATOR = "人人", "经办", "项目办", "领导", "管理员"


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One job, with its text in `templates/manual/`; `picture`: whether one stands in `static/projects/manual/`."""

    slug: str
    title: str
    reader: str
    picture: bool = False

    @property
    def template(self) -> str:
        return f"manual/{self.slug}.html"

    @property
    def picture_path(self) -> str:
        return f"projects/manual/{self.slug}.png"


PAGES = (
    ManualPage("account", "我的账号：密码、电话、在用的登录", EVERYBODY),
    ManualPage("search", "查找、列、已存视图", EVERYBODY, picture=True),
    ManualPage("notices", "看通知", EVERYBODY),
    ManualPage("trouble", "常见的提示怎么办", EVERYBODY),
    ManualPage("stage", "登记开工、封顶、竣工等节点", STAFF, picture=True),
    ManualPage("month", "填月报", STAFF, picture=True),
    ManualPage("evidence", "上传照片和证照", STAFF),
    ManualPage("problem", "登记和销号问题", STAFF),
    ManualPage("answer", "办理督办", STAFF),
    ManualPage("project", "新建和修改项目", STAFF, picture=True),
    ManualPage("import", "导入 Excel 清单", STAFF, picture=True),
    ManualPage("opening", "年中接手：期初累计", STAFF),
    ManualPage("review", "审核月报", OFFICE),
    ManualPage("seal", "封存一个月、发通报", OFFICE, picture=True),
    ManualPage("targets", "设年度目标", OFFICE, picture=True),
    ManualPage("bulk", "一次处理许多项目", OFFICE),
    ManualPage("units", "单位更名、撤并，项目移交", OFFICE),
    ManualPage("lights", "定亮灯规则", OFFICE, picture=True),
    ManualPage("people", "新增人员、解锁、停用", OFFICE, picture=True),
    ManualPage("completion", "看完成情况", LEADER, picture=True),
    ManualPage("ask", "问为什么晚", LEADER),
    ManualPage("decide", "交办和销号督办", LEADER),
    ManualPage("compare", "对比两个日期、看年底预计", LEADER, picture=True),
    ManualPage("screen", "开会用的大屏", LEADER),
    ManualPage("setup", "启用自己的登记册", ADMINISTRATOR),
    ManualPage("district", "改区名、名单叫法和标志", ADMINISTRATOR, picture=True),
    ManualPage("backup", "备份和恢复", ADMINISTRATOR),
)


@require_safe
@access.allowed(access.has_account)
def manual(request: HttpRequest) -> HttpResponse:
    """All jobs by reader, or those in whose text every word of `?words=` stands."""
    question = ManualQuestionForm(request.GET)
    words = question.cleaned_data["words"] if question.is_valid() else ""
    found = [page for page in PAGES if all(word.lower() in _text(page) for word in words.split())]
    return render(request, "projects/manual.html", {"question": question, "words": words, "pages": found})


@require_safe
@access.allowed(access.has_account)
def manual_page(request: HttpRequest, slug: str) -> HttpResponse:
    page = next((page for page in PAGES if page.slug == slug), None)
    if page is None:
        raise Http404("手册里没有这一页。")
    beside = [other for other in PAGES if other.reader == page.reader]
    return render(request, "projects/manual_page.html", {"page": page, "beside": beside})


@cache
def _text(page: ManualPage) -> str:
    """What is searched: title and text without tags, in small letters."""
    return f"{page.title} {page.reader} {strip_tags(render_to_string(page.template))}".lower()
