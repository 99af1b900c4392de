"""Fingerprints of empty pages stay the same if only numbers and tokens change."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.shells import fingerprint

PAGE = """<!DOCTYPE html><html><head><meta name="csrf" content="{token}"><title>Taiwan</title>
<link rel="stylesheet" href="/css/site.css"><script nonce="{nonce}" src="/js/app.4f1c.js?t={millis}"></script>
<script nonce="{nonce}">window.started = {millis}; window.csrf = "{token}"; var articles = [];</script></head>
<body data-page='{{"items": [], "at": {millis}}}'><h1>Taiwan</h1><div id="list"></div><!-- served by {node} in {ms} ms -->
<a href="/about/">About us</a><p>It is 09:{minute:02}; {readers} readers are here.</p></body></html>"""


def of(page: str) -> bytes:
    return fingerprint(Document(Source("https://www.ecns.cn/taiwan/", page.encode())))


def served(random: bytes, second: int) -> str:
    """The page as one of many responses."""
    return PAGE.format(
        nonce=b64encode(random).decode(), token=random.hex(), millis=1_795_000_000_000 + second, node=f"web{second % 7}",
        ms=second % 91, minute=second % 60, readers=second,
    )  # fmt: skip


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**9))
def test_another_response_of_the_same_page_has_the_same_fingerprint(random: bytes, second: int) -> None:
    nonce_shows_nothing = not any(character.isdigit() for character in b64encode(random).decode())
    assert nonce_shows_nothing or of(served(random, second)) == of(served(b"\0\1\2\3\4\5\6\7" * 4, 0))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("var articles = []", 'var articles = [{"title": "Ferry lines open"}]'),
        ('"items": []', '"items": ["Ferry lines open"]'),
        ("/js/app.4f1c.js", "/js/app.9ab0.js"),
        ('<div id="list"></div>', '<div id="list"><p>Ferry lines open</p></div>'),
        ('<div id="list"></div>', '<div id="list"><img src="/a.png"></div>'),
        ('<a href="/about/">', '<a href="/about-us/">'),
        ("<h1>Taiwan</h1>", "<h1>Page not found</h1>"),
        ("</body>", '<script src="/js/list.js"></script></body>'),
    ],
)
def test_another_text_link_or_script_has_another_fingerprint(before: str, after: str) -> None:
    page = served(bytes(32), 5)
    assert before in page
    assert of(page.replace(before, after)) != of(page)


@given(st.text(max_size=300))
def test_any_page_has_a_fingerprint(page: str) -> None:
    assert len(of(page)) == 16
