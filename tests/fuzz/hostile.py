"""What strangers send: values of hostile kinds, for addresses, query strings, headers and bodies."""

import json

from hypothesis import strategies as st

NUMBERS = [
    "0",
    "-1",
    "9" * 19,
    "9" * 30,
    "-" + "9" * 30,
    "9" * 5000,
    "1e9",
    "½",
    "３",
    "٣",
    "１０",
    "1.5",
    "nan",
]
DAYS = ["0000-01-01", "0001-01-01", "1900-02-29", "9999-12-31", "10000-01-01", "2024-13-01", "2024-02-30"]
DAYS += ["2024-13", "2024-00", "((((2024-01-01))))", "（" * 60 + "）" * 60, "2024年", "2024-W53-1"]
TEXTS = ["", " ", "abc", "\0", "a\0b", "\ufffe", "\u202e", "'", '"><script>', "%", "%00", "\\", "a" * 3000]
TEXTS += [
    "\U0001f4a9",
    "../../etc/passwd",
    "[",
    "http://[",
    "//evil.example",
    "javascript:alert(1)",
    "{{7*7}}",
]
TEXTS += [
    "none",
    "null",
    "all",
    "true",
    "亿" * 50,
    "9" * 5000 + "亿元",
    "-5亿",
    "a" + " " * 300 + "x",
    "\r\n\r\n",
]

KNOWN = [
    "2024",
    "city",
    "all",
    "signed",
    "signed_investment",
    "invested",
    "organisation",
    "industry",
    "1",
    "2",
]
KNOWN += [
    "started",
    "reach",
    "postpone",
    "save",
    "hand_in",
    "approve",
    "decide",
    "amend",
    "move",
    "assign",
    "on",
]
"""Words that the site knows: what is half right goes further than nonsense."""

VALUES = [*KNOWN, *NUMBERS, *DAYS, *TEXTS]
NAMES = [
    "page",
    "page_size",
    "next",
    "e",
    "x",
    "a\0",
    "q",
    "o",
    "year",
    "as_of",
    "month__year",
    "act",
    "pk",
    "term",
]
SEGMENTS = [*NUMBERS, *KNOWN, "abc", "2024-13", "%00", "%ff", "%ED%A0%80", "..", "a" * 300]
"""Pieces of a path."""

METHODS = ["POST", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

HEADERS = ["HX-Current-URL", "HX-Request", "HX-Target", "Referer", "User-Agent", "Accept", "Accept-Language"]
HEADERS += [
    "X-Forwarded-For",
    "Authorization",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "Cookie",
    "Origin",
]
HEADER_VALUES = [
    "http://[",
    "//",
    "\0",
    "true",
    "é",
    "text/html;q=" + "9" * 400,
    "*",
    "a" * 5000,
    "Token é",
    "Token a",
]
HEADER_VALUES += ["http://testserver/?page=abc&a=%00", "http://testserver/projects/?year=" + "9" * 5000]
HEADER_VALUES += [
    "http://testserver/projects/?year=99999999&q=a",
    'sessionid="\\000aaaaaaaa"',
    "messages=x",
    "bytes=9-0",
]

nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(VALUES),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=4,
)
FACTS = ["version", "reason", "name", "total_investment", "organisation", "industry", "national_code", "x"]
TORN = [
    "",
    "{",
    "[]",
    "null",
    "[" * 5000,
    '"\\ud800"',
    '{"name": "\\ud800"}',
    '{"version": 1e999}',
    "\ufeff{}",
]
TORN += ['{"version": ' + "9" * 5000 + "}", '{"version": 1' + "0" * 30 + ', "reason": "x"}']

bodies = st.dictionaries(st.sampled_from(FACTS), nested, max_size=4).map(json.dumps) | st.sampled_from(TORN)
"""Bodies for an API."""

TYPES = ["application/json", "application/json", "text/plain", "application/xml", "multipart/form-data", ""]
TYPES += ["application/x-www-form-urlencoded; charset=base64", "application/json; charset=utf-99"]
TYPES += ["multipart/form-data; boundary=" + "x" * 300]
