"""A small news site under any host, whose pages know nothing of ours: articles, front page, feed, sitemaps, sections.

Everything on it is put there by a method, so that a test can leave out what its site does not have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from replica.site import Resource, Site

_MODIFIED = datetime(2026, 1, 1, tzinfo=UTC)  # of everything: the ETag tells versions apart
_SUBJECTS = ("ferry", "bridge", "orchard", "library", "quarry", "lighthouse", "market", "tramway", "mill", "canal")
_DEEDS = ("opens again", "waits for its engineer", "is sold to the town", "gets a new roof", "closes for the winter")


@dataclass(frozen=True)
class Story:
    """An article; `published` is aware, None leaves the time out of the page."""

    path: str
    title: str
    paragraphs: Sequence[str]
    published: datetime | None
    language: str = "en"
    direction: str = "ltr"
    head: str = ""  #: more markup for `<head>`

    def page(self, body: str | None = None) -> str:
        """Return its page; `body` takes the place of its text."""
        stated = self.published.isoformat() if self.published else ""
        time = f'<meta property="article:published_time" content="{stated}">' if stated else ""
        text = body if body is not None else "\n".join(f"<p>{escape(each)}</p>" for each in self.paragraphs)
        return (
            f'<!DOCTYPE html><html lang="{self.language}" dir="{self.direction}"><head>'
            f'<meta charset="%CHARSET%"><title>{escape(self.title)}</title>{time}{self.head}</head><body>\n'
            f'<nav><a href="/">Home</a> <a href="/town/">Town</a> <a href="/harbour/">Harbour</a></nav>\n'
            f"<main><article><h1>{escape(self.title)}</h1>\n{text}\n</article></main>\n"
            '<footer><a href="/about">About us</a> <a href="/login">Log in</a></footer></body></html>\n'
        )


def story(number: int, published: datetime | None, path: str = "", head: str = "") -> Story:
    """Return a story in words of our own; each number gives another one."""
    subject, deed = _SUBJECTS[number % len(_SUBJECTS)], _DEEDS[number // len(_SUBJECTS) % len(_DEEDS)]
    title = f"Old {subject} number {number} {deed}"
    slug = "-".join(title.lower().split())
    day = f"{published:%Y/%m/%d}" if published else "stories"
    paragraphs = [
        f"The {subject} with the number {number} {deed}, the council said after a meeting of {number + 3} hours.",
        f"Its keeper has looked after the {subject} for {number + 7} years, and wrote a letter about each of them.",
        f"Neighbours brought {number + 11} lamps, so that nobody had to look for the {subject} in the dark.",
        f"What becomes of the {subject} afterwards is to be decided by a show of hands, {number + 2} at a time.",
    ]
    return Story(path or f"/{day}/{slug}", title, paragraphs, published, head=head)


class Gazette:
    """The site; every method puts something on it."""

    def __init__(self, host: str = "gazette.example", charset: str = "utf-8") -> None:
        self.host = host
        self.charset = charset
        self.site = Site(host, f"www.{host}", has_queries=True)

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"https://{self.host}{path}"

    def html(self, path: str, markup: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Put a page there, with an ETag."""
        body = markup.replace("%CHARSET%", self.charset).encode(self.charset, "xmlcharrefreplace")
        self.site.put(path, replace(Resource.dated(body, "text/html", _MODIFIED), headers=headers))

    def publish(self, *stories: Story, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Put the pages of articles there."""
        for each in stories:
            self.html(each.path, each.page(), headers)

    def front(self, hrefs: Iterable[str], head: str = "", path: str = "/", sections: Sequence[str] = ()) -> None:
        """Put a page there that links to these addresses, and in its navigation to the sections."""
        navigation = "".join(f'<li><a href="{href}">{href}</a></li>' for href in ("/", *sections, "/login"))
        items = "".join(f'<li><h2><a href="{href}">Read on at {href}</a></h2></li>\n' for href in hrefs)
        self.html(
            path,
            f'<!DOCTYPE html><html><head><meta charset="%CHARSET%"><title>The Gazette</title>{head}</head><body>'
            f"<nav><ul>{navigation}</ul></nav><ul>\n{items}</ul></body></html>",
        )

    def feed(self, stories: Iterable[Story], path: str = "/feed.xml") -> None:
        """Put an RSS feed there."""
        items = "".join(
            f"<item><title>{escape(each.title)}</title><link>{self.url(each.path)}</link>"
            + (f"<pubDate>{format_datetime(each.published)}</pubDate>" if each.published else "")
            + "</item>\n"
            for each in stories
        )
        self.xml(path, f'<rss version="2.0"><channel><title>The Gazette</title>\n{items}</channel></rss>\n')

    def sitemap(self, entries: Iterable[tuple[str, datetime | None]], path: str = "/sitemap.xml") -> None:
        """Put a sitemap there with these paths and the times of their last changes."""
        urls = "".join(
            f"<url><loc>{self.url(each)}</loc>{f'<lastmod>{changed.isoformat()}</lastmod>' if changed else ''}</url>\n"
            for each, changed in entries
        )
        self.xml(path, f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n')

    def news_sitemap(self, stories: Iterable[Story], path: str = "/news-sitemap.xml") -> None:
        """Put a Google News sitemap there."""
        urls = "".join(
            f"<url><loc>{self.url(each.path)}</loc><news:news>"
            + (f"<news:publication_date>{each.published.isoformat()}</news:publication_date>" if each.published else "")
            + f"<news:title>{escape(each.title)}</news:title></news:news></url>\n"
            for each in stories
        )
        spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        self.xml(path, f"<urlset {spaces}>\n{urls}</urlset>\n")

    def xml(self, path: str, markup: str) -> None:
        """Put an XML document there, with an ETag."""
        body = f'<?xml version="1.0" encoding="utf-8"?>\n{markup}'.encode()
        self.site.put(path, Resource.dated(body, "application/xml", _MODIFIED))

    def text(self, path: str, text: str, content_type: str = "text/plain") -> None:
        """Put a text there, such as robots.txt."""
        self.site.put(path, Resource(text.encode(), content_type))


def stories(number: int, newest: datetime, step: timedelta = timedelta(minutes=40)) -> list[Story]:
    """Return so many stories, the newest first."""
    return [story(each, newest - each * step) for each in range(number)]
