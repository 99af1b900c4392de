"""A site of a few hand-made pages, for tests that must know each address, time and link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from replica import Resource, Site
from replica.listing_page import FEED_PATH, ROBOTS, ROBOTS_PATH, feed, page_path
from replica.sections import LISTINGS

HOST = "https://www.ecns.cn"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Story:
    """An article of the new CMS; `published` is China time, `day` the one in its address where that is another."""

    number: int
    published: str = "2025-03-10 09:30:00"
    folder: str = "world"
    day: str | None = None

    @property
    def cms_id(self) -> str:
        """The number of its CMS."""
        return f"ihnewsst{1_000_000 + self.number}"

    @property
    def id(self) -> str:
        """The id of its record."""
        return f"ecns:{self.cms_id}"

    def path(self, part: int = 1) -> str:
        """Where one of its pages stands on the site."""
        suffix = f"-p{part}" if part > 1 else ""
        return f"/{self.folder}/{self.day or self.published[:10]}/detail-{self.cms_id}{suffix}.shtml"

    @property
    def url(self) -> str:
        """Its canonical address."""
        return HOST + self.path()

    def paragraph(self, part: int = 1) -> str:
        """The one paragraph of one of its pages."""
        return f"What part {part} of story number {self.number} says."

    def page(self, part: int = 1, pager: Iterable[str] = ()) -> bytes:
        """One of its pages, with a pager that links to these addresses."""
        return article(f"Story number {self.number}", self.published, self.paragraph(part), pager)


def article(title: str, published: str, paragraph: str, pager: Iterable[str] = (), comment: str = "") -> bytes:
    """A page with the skeleton of the site's articles."""
    links = " ".join(f'<a href="{href}">{number}</a>' for number, href in enumerate(pager, 1))
    return (
        f'<!DOCTYPE HTML><html><head><meta charset="utf-8"><title>{title}</title>\n'
        f"{comment or f'<!--publish at {published}-->'}</head><body>\n"
        f'<h3 class="itemtit mart20 bitemblue"><span>World</span></h3><h1 class="contitle" id="contitle">{title}</h1>\n'
        f'<div class="downinfo"><span>{published}</span><span>Newsstand</span><span>Editor  : Zhou Min</span></div>\n'
        f'<div class="content" id="yanse"><p>{paragraph}</p><div id="function_code_page">{links}</div></div>\n'
        "</body></html>"
    ).encode()


class Newsstand:
    """A whole site: every listing stands, though an empty one; nothing is linked until a test links it."""

    def __init__(self) -> None:
        self.site = Site()
        self.site.put(ROBOTS_PATH, Resource(ROBOTS, "text/plain"))
        for path, _ in LISTINGS:
            self.list(path)
        self.front()
        # A feed without entries would be no feed: its one entry is known to every crawl as no article.
        self.site.put(FEED_PATH, Resource(feed([("/app/", "The app", datetime(2025, 3, 1))]).encode(), "text/xml"))  # noqa: DTZ001

    def publish(self, *stories: Story) -> None:
        """Let each story stand at its address, in one page."""
        for story in stories:
            self.site.put(story.path(), Resource(story.page(), HTML))

    def page(self, story: Story, part: int, pager: Iterable[str]) -> None:
        """Let one page of a story stand at its address."""
        self.site.put(story.path(part), Resource(story.page(part, pager), HTML))

    def list(self, path: str, *pages: Sequence[str]) -> None:
        """Let a listing such as `/world/` have these pages, each the addresses that it links to, as spelled there."""
        for number, hrefs in enumerate(pages or ([],), 1):
            page = Resource(_links(hrefs), HTML)
            for address in (path, page_path(path, 1)) if number == 1 else (page_path(path, number),):
                self.site.put(address, page)

    def front(self, *hrefs: str) -> None:
        """Let the front page link to these addresses."""
        self.site.put("/", Resource(_links(hrefs), HTML))

    def feed(self, *stories: Story) -> None:
        """Let the feed carry these stories."""
        items = [(story.path(), story.url, datetime.fromisoformat(story.published)) for story in stories]
        self.site.put(FEED_PATH, Resource(feed(items).encode(), "text/xml"))


def _links(hrefs: Sequence[str]) -> bytes:
    entries = "\n".join(f"<li><h3><a href={href}>A headline</a></h3><b>Mar 10, 2025</b></li>" for href in hrefs)
    return f'<html><body><ul class="bizlst dashedlne">\n{entries}\n</ul></body></html>'.encode()
