"""`{% joined %}` removes the line breaks of a template, and no others."""

import pytest
from django.template import Context, Template


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("{% joined %}\n  开工\n  {{ value }}\n{% endjoined %}。", "开工a\n b。"),
        ("{% joined %}{% if value %}\n  已\n  完成\n{% else %}\n  否\n{% endif %}{% endjoined %}", "已完成"),
        ("{% joined %}{% for n in '12' %}\n  第 {{ n }} 个\n{% endfor %}{% endjoined %}", "第 1 个第 2 个"),
        ("{% joined %}a b{% endjoined %} c", "a b c"),
    ],
)
def test_joined_removes_the_line_breaks_of_the_template_only(source: str, output: str) -> None:
    assert Template(source).render(Context({"value": "a\n b"})) == output
