"""What the API says of a request that it did not carry out: problem details as in RFC 9457, in Chinese."""

from typing import Any

PROBLEM_JSON = "application/problem+json"
TITLES = {
    400: "请求有误",
    401: "没有登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求",
    406: "给不出这种格式",
    409: "和别人的修改冲突",
    411: "请求有误",
    413: "内容太大",
    415: "内容的格式不对",
    422: "Idempotency-Key 已用于别的内容",
    428: "没有写明版本",
    429: "请求太频繁",
    500: "系统出错",
    503: "暂时不能使用",
    507: "磁盘已满",
}


def problem_details(status: int, detail: str, **members: Any) -> dict[str, Any]:
    """`members` stand beside the four that the RFC names. The type is `about:blank`: the status says the kind."""
    title = TITLES.get(status, TITLES[400])
    return {"type": "about:blank", "title": title, "status": status, "detail": detail or title, **members}
