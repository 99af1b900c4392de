"""A site with copies of the saved pages, each an article of its own, and their expected records."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from replica import Resource
from tests.pages.redesign import redesigned, rename
from tests.saved_pages import articles, pages_of, record_from
from tests.system.newsstand import HOST, Newsstand

#: The layouts, each by a page that has it; of the paged ones each of their pages is torn.
LAYOUTS = {
    "old-cms": "2018-gb2312",
    "old-cms, paged": "2014-paged-old",
    "new-cms": "2025-standard",
    "new-cms, paged": "2025-paged",
    "new-cms, gallery": "2025-hd-gallery",
    "2026": "2026-politics",
    "mobile": "2026-mobile",
    "generic": "2022-pictext",
    "generic, no end mark": "2023-lists-table",
}
#: The comment after the body, and the social networks of the share bar.
_END_MARKS = re.compile("<!--[^>]*正文分页结束[^>]*-->|facebook|twitter|x(?=\\.com)".encode())
_TITLE = re.compile(rb'(?:title" content="|<title>|<h1[^>]*>(?:<!--.*?-->)?\s*)([^<"]+)')
_NOT_READ = ("fetched_at",)


@dataclass(frozen=True)
class Copied:
    """One copy of a saved article: its pages by their paths."""

    layout: str
    pages: dict[str, bytes]

    @property
    def url(self) -> str:
        """Its canonical address."""
        return HOST + next(iter(self.pages))

    def middle(self, path: str) -> float:
        """Where on a page its text is half over, as a share of the page."""
        body = self.pages[path]
        begin = body.index(b'id="yanse"')
        return (begin + body.index("正文分页结束".encode(), begin)) / 2 / len(body)

    @property
    def whole(self) -> dict[str, Any]:
        """Its record, but for the time of reading."""
        record = record_from("ecns", self.url, [(HOST + path, body) for path, body in self.pages.items()])
        return without_times(record)


def without_times(record: dict[str, Any]) -> dict[str, Any]:
    """The part of a record that depends on the page alone."""
    return {key: value for key, value in record.items() if key not in _NOT_READ}


def copied(layout: str, number: int) -> Copied:
    """A copy of the article that stands for a layout, with an id and a headline of its own."""
    (saved,) = [each for each in articles() if str(each) == LAYOUTS[layout]]
    old = re.search(r"detail-i[a-z]+(\d+)|/(\d+)\.shtml", saved.url)
    assert old is not None
    own_id = old[1] or old[2]
    new_id = str(int(own_id) + 1_000_000 + number)[-len(own_id) - 1 :]
    change = _renumbered(own_id, new_id, number, layout)
    pages = {}
    for page in pages_of(saved):
        path = urlsplit(page.url).path.removeprefix("/m").replace(own_id, new_id)
        pages[path] = change(page.body)
    return Copied(layout, pages)


def _renumbered(own_id: str, new_id: str, number: int, layout: str) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        if layout.startswith("generic"):
            body = redesigned(body, 1, rename)
        if layout.endswith("no end mark"):
            body = _END_MARKS.sub(b"", body)
        body = body.replace(own_id.encode(), new_id.encode())
        return _TITLE.sub(lambda found: found[0].replace(found[1], f"No. {number}: ".encode() + found[1]), body)

    return change


def put(stand: Newsstand, every: Iterator[Copied] | list[Copied]) -> None:
    """Let each copy stand on the site, with validators, and list it under /world/."""
    urls = []
    for article in every:
        urls.append(article.url)
        for path, body in article.pages.items():
            stand.site.put(path, Resource(body, "text/html", etag=f'"{len(body)}"'))
    stand.list("/world/", urls)
