"""The office's own template of the bulletin: versions with their reasons, what is refused and how it is said."""

import pytest

from projects.models import AuditEntry, PaperTemplate
from projects.papers.document import kept_paper
from projects.papers.packages import packed, unpacked
from tests import build
from tests.papers.test_bulletin import lines_of
from tests.papers.test_orders import _media, ask, read  # noqa: F401  # every file into a folder of its own
from tests.papers.test_template import template

pytestmark = pytest.mark.django_db

REFUSED = [
    (template("截至{{ as_off }}"), "模板填不上：系统里没有栏目“as_off”，请照系统模板里的名称写。"),
    (template("{% for row in indicators %}{{ row.label }}"), "模板填不上：模板里的标记写错了"),
    (template("{{ ''.__class__ }}"), "模板填不上：模板里有不允许的写法"),
    (
        template("{% for a in title %}" * 12 + "x" + "{% endfor %}" * 12),
        "模板填写用时过长或内容过大，没有生成。",
    ),
    (template("完成投资12.5亿元"), "模板里直接写了数字“12.5亿元”，没有绑定指标。"),
    (packed(unpacked(template("x")) | {"word/vbaProject.bin": b"x"}), "模板里有宏或嵌入的对象"),
    (b"no package", "这不是 Word 文档（.docx）。"),
]


def send(user, content: bytes, **values: str):
    sent = {"template": build.upload(content, "我办的模板.docx"), "reason": "换成红头"} | values
    return build.browser_of(user).post("/papers/templates/", sent)


def test_an_offices_template_is_in_force_from_its_upload_on() -> None:
    office = build.office()
    project = build.project("甲", organisation=build.town())
    build.listing(project)
    before = ask(office, basis="ledger")
    content = template("我办通报：{{ title }}", "{%p for each in summary %}", "{{ each }}", "{%p endfor %}")
    answered = send(office, content)
    after = ask(office, basis="ledger")

    assert answered.status_code == 302, answered.content.decode()
    assert lines_of(read(office, after, "bulletin"))[0].startswith("我办通报：关于2024年9月")
    assert kept_paper(read(office, after, "bulletin")).found["t_n"] == ["1"]
    assert lines_of(read(office, before, "bulletin"))[0].startswith("文号")
    [version] = PaperTemplate.objects.all()
    assert after.papers.get().template == version
    assert (version.number, version.uploaded_by, version.reason) == (1, office, "换成红头")
    browser = build.browser_of(office)
    assert browser.get("/papers/templates/1/").content == content
    assert AuditEntry.objects.get(subject="通报模板").detail == "第 1 版 我办的模板.docx；换成红头"

    assert browser.post("/papers/templates/system/", {"system_reason": ""}).status_code == 422
    assert browser.post("/papers/templates/system/", {"system_reason": "红头不用了"}).status_code == 302
    again = ask(office, basis="ledger")
    assert lines_of(read(office, again, "bulletin"))[0].startswith("文号")
    page = browser.get("/papers/templates/").content.decode()
    assert page.index("第 2 版") < page.index("系统的模板</td>") < page.index("第 1 版")


def test_a_faulty_template_is_refused_with_a_sentence() -> None:
    office = build.office()
    told = [(send(office, content), sentence) for content, sentence in REFUSED]

    for answered, sentence in told:
        assert answered.status_code == 422
        assert sentence in answered.content.decode()
    assert "请写明为什么换模板。" in send(office, template("{{ title }}"), reason="").content.decode()
    assert not PaperTemplate.objects.exists()


def test_only_the_office_changes_it() -> None:
    for user in (build.leader(), build.staff(build.town())):
        assert send(user, template("{{ title }}")).status_code == 403
        assert build.browser_of(user).get("/papers/templates/").status_code == 403
