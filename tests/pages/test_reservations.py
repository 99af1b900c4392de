"""What a publisher reserves, on a page, in its headers and in the site's TDM file."""

import pytest

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.reservations import TdmRule, reservations, tdm_rules

URL = "https://gazette.example/photos/ferry?size=1"


def page(*metas: tuple[str, str]) -> Document:
    markup = "".join(f'<meta name="{name}" content="{content}">' for name, content in metas)
    return Document(Source(URL, f"<html><head>{markup}</head><body><p>Ferries.</p></body></html>".encode()))


@pytest.mark.parametrize(
    ("metas", "headers", "found"),
    [
        ([], [], set()),
        ([("robots", "index, follow, max-snippet:-1, max-image-preview:large")], [], set()),
        ([("robots", "NOINDEX,nofollow")], [], {"noindex", "nofollow"}),
        ([("Robots", "none")], [], {"noindex", "nofollow"}),
        ([("robots", "nocache")], [], {"noarchive"}),
        ([("robots", "noarchive"), ("robots", "nosnippet")], [], {"noarchive", "nosnippet"}),
        ([("googlebot", "noindex")], [], set()),
        ([("ecnscrawl", "noindex")], [], {"noindex"}),
        ([("robots", "noai, noimageai")], [], {"noai", "noimageai"}),
        ([], ["noindex, nofollow"], {"noindex", "nofollow"}),
        ([], ["googlebot: noindex"], set()),
        ([], ["ecnscrawl: noarchive", "otherbot: noindex"], {"noarchive"}),
        ([], ["unavailable_after: 25 Jun 2030 15:00:00 PST"], set()),
        ([], ["max-snippet: 20, noarchive"], {"noarchive"}),
        ([("tdm-reservation", "1")], [], {"tdm-reservation"}),
        ([("tdm-reservation", "0")], [], set()),
    ],
)
def test_directives_for_all_crawlers_and_for_this_one_count(
    metas: list[tuple[str, str]], headers: list[str], found: set[str]
) -> None:
    assert reservations(page(*metas), headers, None, [], "ecnscrawl") == found


@pytest.mark.parametrize(
    ("meta", "header", "rules", "is_reserved"),
    [
        (None, None, [], False),
        (None, "1", [], True),
        (None, " 1 ", [], True),
        ("0", "1", [], False),
        ("1", "0", [], True),
        (None, "0", [TdmRule("/", True)], False),
        (None, None, [TdmRule("/", True)], True),
        (None, None, [TdmRule("/", True), TdmRule("/photos/", False)], False),
        (None, None, [TdmRule("/", False), TdmRule("/photos/*", True)], True),
        (None, None, [TdmRule("/*.jpg$", True)], False),
        (None, None, [TdmRule("/photos/*?size=1$", True)], True),
        (None, None, [TdmRule("/words", True)], False),
        (None, None, [TdmRule("/photos/ferry?size=1$", True)], True),
        (None, None, [TdmRule("/photos/ferry$", True)], False),
        (None, None, [TdmRule("/*ferry*size*", True)], True),
        (None, None, [TdmRule("/*size*ferry", True)], False),
        (None, None, [TdmRule("/photos/ferry?size=1*1$", True)], False),
        (None, None, [TdmRule("/" + "*e" * 500 + "$", True)], False),
    ],
)
def test_the_reservation_that_is_closest_to_the_page_counts(
    meta: str | None, header: str | None, rules: list[TdmRule], is_reserved: bool
) -> None:
    metas = [("tdm-reservation", meta)] if meta else []
    found = reservations(page(*metas), [], header, rules, "ecnscrawl")
    assert ("tdm-reservation" in found) == is_reserved


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (b'[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://gazette.example/p"}]', [TdmRule("/", True)]),
        (b'{"location": "/a", "tdm-reservation": 0}', [TdmRule("/a", False)]),
        (b'[{"location": "a", "tdm-reservation": 1}, {"tdm-reservation": 1}, 7]', []),
        (b"<html>Not found</html>", []),
        (b"[" * 100_000, []),
        (b"", []),
    ],
)
def test_a_tdm_file_is_read_and_anything_else_is_none(body: bytes, rules: list[TdmRule]) -> None:
    assert tdm_rules(body) == rules
