"""Build a site from the saved pages under fixtures/, each at its own URL; listings that are not saved are generated."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from lxml import html

from replica.listing_page import FEED_PATH, ROBOTS, ROBOTS_PATH, Entry, feed, front_page, listing_pages
from replica.sections import COLLECTIONS, LISTINGS
from replica.site import HOST, Resource, Site

CHINA = timezone(timedelta(hours=8))
DATE_IN_PATH = re.compile(r"/(\d{4})[/-](\d\d)-(\d\d)/")  # /2018/05-03/301274.shtml, /world/2026-10-03/detail-….shtml
TIME_ON_PAGE = re.compile(rb"<span>\s*(\d{4}-\d\d-\d\d \d\d:\d\d)(?::(\d\d))?")  # seconds since 2018
UNDATED = datetime(2026, 10, 1, tzinfo=CHINA)  # the day of articles without any date, for their order
STAND_INS = 3  # an otherwise empty listing links this many articles of other sections


@dataclass(frozen=True)
class SavedPage:
    """An entry of the manifest with its bytes."""

    kind: str
    url: str
    body: bytes

    @property
    def path(self) -> str:
        """The path of its URL."""
        return urlsplit(self.url).path

    @property
    def published(self) -> datetime:
        """The time in the article's info line, else the day in its address; China time."""
        if (on_page := TIME_ON_PAGE.search(self.body)) is not None:
            minutes, seconds = on_page[1].decode(), (on_page[2] or b"00").decode()
            return datetime.fromisoformat(f"{minutes}:{seconds}").replace(tzinfo=CHINA)
        if (in_path := DATE_IN_PATH.search(self.path)) is not None:
            year, month, day = in_path.groups()
            return datetime(int(year), int(month), int(day), tzinfo=CHINA)
        return UNDATED

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8; otherwise they are GB 18030."""
        try:
            self.body.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    @property
    def title(self) -> str:
        """The headline, as a listing would show it."""
        parser = html.HTMLParser(encoding="utf-8" if self.is_utf8 else "gb18030", remove_comments=True)
        # In document order, so the headline where there is one, else the title of the window.
        found = html.fromstring(self.body, parser=parser).xpath("string((//h1[@id='contitle'] | //title)[last()])")
        return " ".join(str(found).split())

    def resource(self, modified: datetime) -> Resource:
        """Return the resource to serve; its Content-Type names a charset only for UTF-8."""
        types = {"robots": "text/plain", "feed": "application/xml"}
        content_type = types.get(self.kind, "text/html; charset=utf-8" if self.is_utf8 else "text/html")
        return Resource.dated(self.body, content_type, modified.astimezone(UTC))


def fixture_site(folder: Path) -> Site:
    """Return the site for the manifest in `folder`, the project's fixtures folder."""
    pages = list(_saved_pages(folder, "ecns"))
    site = Site()
    articles = [page for page in pages if page.kind == "article" and not page.path.startswith("/m/")]
    articles.sort(key=lambda page: page.published, reverse=True)
    newest = max((article.published for article in articles), default=UNDATED)
    for address, resource in _generated(articles, newest.astimezone(UTC)):
        site.put(address, resource)
    for page in pages:
        modified = page.published if page.kind in {"article", "part"} else newest
        for address in _addresses(page):
            site.put(address, page.resource(modified))
    return site


def _saved_pages(folder: Path, name: str) -> Iterator[SavedPage]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest[name]:
        yield SavedPage(entry["type"], entry["url"], (folder / "html" / name / entry["file"]).read_bytes())


def _addresses(page: SavedPage) -> list[str]:
    """Return its URLs: its own; both spellings for the first page of a listing; also the desktop one for a mobile page.

    The site serves an article at both of these, and the crawler requests only the desktop one.
    """
    if page.kind == "article" and page.path.startswith("/m/"):
        return [page.url, f"https://{HOST}{page.path.removeprefix('/m')}"]
    if page.url.endswith("/index.shtml"):
        return [page.url, page.url.removesuffix("index.shtml")]
    if page.url.endswith("/") and page.kind in {"listing", "front"}:
        return [page.url, f"{page.url}index.shtml"]
    return [page.url]


def _generated(articles: list[SavedPage], modified: datetime) -> Iterator[tuple[str, Resource]]:
    """Yield all listings, the front page, feed and robots.txt; saved ones replace them afterwards."""
    everything = [path for path, _ in COLLECTIONS]
    entries = {article.url: Entry(f"//{HOST}{article.path}", article.title, article.published) for article in articles}
    for listing, name in LISTINGS:
        own = [article for article in articles if listing in everything or article.path.startswith(listing)]
        shown = [entries[article.url] for article in own or articles[:STAND_INS]]
        for path, page in listing_pages(listing, name, shown):
            yield path, Resource.dated(page.encode(), "text/html; charset=utf-8", modified)
    front = front_page([entries[article.url] for article in articles]).encode()
    for path in ("/", "/index.shtml"):
        yield path, Resource.dated(front, "text/html; charset=utf-8", modified)
    items = feed([(article.path, article.title, article.published) for article in articles]).encode()
    yield FEED_PATH, Resource.dated(items, "application/xml", modified)
    yield ROBOTS_PATH, Resource.dated(ROBOTS, "text/plain", modified)
