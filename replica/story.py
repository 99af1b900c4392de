"""A generated article: the parts that its pages are made from, and its expected record."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from replica.markup import MarkupRandomizer
from replica.pieces import TEXT, Media, Piece, PieceMaker

CHINA = timezone(timedelta(hours=8))
OLD_CMS, NEW_CMS, LAYOUT_2026 = "old-cms", "new-cms", "2026"
KINDS = {"hd": "photo", "photo": "photo", "visual": "photo", "video": "video"}

Record = dict[str, str | int | list[str] | list[Media] | None]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another article, around the article of a page."""

    path: str
    title: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Furniture:
    """What surrounds the article and may change without it; `shares` is the number in the share box."""

    related: tuple[Link, ...] = ()
    strip: tuple[Link, ...] = ()
    shares: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """The parts of an article. `cms_id` is the record's id without the site; times are China time.

    `updated` is the time in the publish comment, None if the page has none. `pages` are the pieces of each page.
    `features` name its special features, so that tests can find an article with a certain one.
    """

    cms_id: str
    path: str
    layout: str
    title: str
    section: str
    published: datetime
    updated: datetime | None
    source: str | None
    editor: str | None
    summary: str | None
    authors: tuple[str, ...]
    dateline: str | None
    pages: tuple[tuple[Piece, ...], ...]
    furniture: Furniture
    features: frozenset[str]
    revision: int = 1

    @property
    def link(self) -> Link:
        """The link to this article for other pages."""
        return Link(self.path, self.title, self.published)

    @property
    def last_change(self) -> datetime:
        """When its page last changed, in China time."""
        return self.updated or self.published

    def page_path(self, number: int) -> str:
        """Return the path of page `number`, from 1."""
        if number == 1:
            return self.path
        separator = "_" if self.layout == OLD_CMS else "-p"
        return f"{self.path.removesuffix('.shtml')}{separator}{number}.shtml"

    def corrected(self, at: datetime) -> "Story":
        """Return the next revision: with another paragraph after the last plain one, and a new publish time."""
        rng = Random(f"correction {self.cms_id} {self.revision}")
        text = f"Correction No. {self.revision}: an earlier version of this story had {rng.randrange(2, 90)} lanterns."
        added = PieceMaker(rng, MarkupRandomizer(rng, 0), "", "").text(text)
        *earlier, last = self.pages
        kinds = [piece.kind for piece in last]
        place = len(kinds) - kinds[::-1].index(TEXT) if TEXT in kinds else len(kinds)
        pages = (*earlier, (*last[:place], added, *last[place:]))
        return replace(self, pages=pages, updated=at, revision=self.revision + 1)

    def with_new_furniture(self, at: datetime, strip: tuple[Link, ...]) -> "Story":
        """Return the same article with other links, more shares and, if it has one, a new publish time."""
        furniture = replace(self.furniture, strip=strip, shares=self.furniture.shares + 1)
        return replace(self, furniture=furniture, updated=at if self.updated else None)

    def record(self) -> Record:
        """Return the expected record, without `fetched_at` and `content_hash`."""
        pieces = [piece for page in self.pages for piece in page]
        body = [paragraph for piece in pieces for paragraph in piece.paragraphs]
        return {
            "schema_version": 1,
            "id": f"ecns:{self.cms_id}",
            "revision": self.revision,
            "url": f"https://www.ecns.cn{self.path}",
            "site": "ecns",
            "kind": KINDS.get(self.path.split("/")[1], "article"),
            "title": self.title,
            "summary": self.summary,
            "body": "\n\n".join(body) or None,
            "published_at": _utc(self.published),
            "published_precision": "minute" if self.layout == OLD_CMS else "second",
            "updated_at": _utc(self.updated) if self.updated else None,
            "source": self.source,
            "editor": self.editor,
            "authors": list(self.authors),
            "dateline": self.dateline,
            "section": self.section,
            "keywords": [],
            "language": "en",
            "images": [image for piece in pieces for image in piece.images],
            "videos": [video for piece in pieces for video in piece.videos],
            "layout": self.layout,
        }


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
