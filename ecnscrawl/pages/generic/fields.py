"""Extract all fields but the body from a page whose layout is not known, and say for each where it was found."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice

from lxml.html import HtmlElement

from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import UNDETERMINED, Document, selector
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.generic.authors import Authors, find_authors
from ecnscrawl.pages.generic.dates import find_published
from ecnscrawl.pages.generic.json_ld import LinkedData
from ecnscrawl.pages.generic.site_names import host_names, outlet_names
from ecnscrawl.pages.generic.stated_dates import Stated, stated_times
from ecnscrawl.pages.generic.surroundings import NearText, heading_of, texts_near
from ecnscrawl.pages.generic.titles import Title, decoded, find_title

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_BETWEEN_KEYWORDS = re.compile(r"[,，、،;；|]")
_TAGS = selector("//meta[@property='article:tag' or @name='article:tag'][@content]")
_UPDATED_METAS = ("article:modified_time", "og:updated_time", "datemodified", "lastmodified", "last-modified")
_EARLIEST_ZONE = timedelta(hours=14)
_MAX_HEADINGS, _MAX_NODES, _MAX_TAGS = 20, 200, 100


class GenericFields(Extractor):
    """Compares what the page states for programs with what it shows its readers.

    `name_of` names the source of each field. `json-ld`, `og` (also `article:` and `twitter:`), `meta`, `itemprop` and
    `html` are what the page states for programs; `h1`, `title`, `byline`, `time`, `visible-date` and `updated-date` are
    what readers see; `script` is data of the page's scripts, `url` the day in its address.
    """

    name = "generic"

    def __init__(self, page: Document) -> None:
        super().__init__(page)
        self._origins: dict[str, str] = {}

    def name_of(self, field: str) -> str:
        return self._origins.get(field, self.name)

    @cached_property
    def linked(self) -> LinkedData:
        return LinkedData(self.page)

    @cached_property
    def _outlets(self) -> list[str]:
        return outlet_names(self.page, self.linked)

    @cached_property
    def _title(self) -> Title | None:
        headings = [decoded(_with_breaks(each)) for each in islice(self.page.root.iter("h1"), _MAX_HEADINGS)]
        return find_title(list(self._stated_titles()), headings, [*self._outlets, *host_names(self.page.url)])

    def _stated_titles(self) -> Iterator[Title]:
        metas = self.page.metas
        stated = (
            ("json-ld", self.linked.text("headline")),
            ("og", metas.get("og:title")),
            ("og", metas.get("twitter:title")),
            ("meta", metas.get("title") or metas.get("dc.title")),
            ("title", self.page.title),
        )
        for origin, text in stated:
            if text and (written := decoded(text)):
                yield Title(written, origin)

    @cached_property
    def heading(self) -> HtmlElement | None:
        """The element that shows the headline."""
        return heading_of(self.page.root, self._title.text) if self._title else None

    @cached_property
    def near(self) -> list[NearText]:
        """The visible texts near the headline."""
        return texts_near(self.page.root, self.heading)

    def title(self) -> str | None:
        if self._title:
            self._origins["title"] = self._title.origin
        return self._title.text if self._title else None

    def summary(self) -> str | None:
        for name in ("og:description", "twitter:description", "description", "dc.description"):
            if text := decoded(self.page.metas.get(name, "")):
                self._origins["summary"] = "og" if ":" in name else "meta"
                return text
        return self._linked("summary", "description")

    def published_at(self) -> list[str]:
        """Return the best time, the others of its day, and the day alone, for a site whose zone is not known."""
        if not self._published:
            return []
        self._origins["published_at"] = self._published[0].origin
        return list(dict.fromkeys([*(each.text for each in self._published), self._published[0].day.isoformat()]))

    @cached_property
    def _published(self) -> list[Stated]:
        return find_published(self.page, self.linked, self._read_as, self.near, self.heading)

    def updated_at(self) -> list[str]:
        """Return the times of the last change. Before the publication, it is one of the draft, or in another zone."""
        named: list[Stated] = list(stated_times("json-ld", [self.linked.article.get("dateModified")], self._read_as))
        for name in _UPDATED_METAS:
            named += stated_times("og" if ":" in name else "meta", [self.page.metas.get(name)], self._read_as)
        published = self._published_from
        exact = [each for each in named if (at := _time_of_day(each.text)) and not (published and at < published)]
        if exact:
            self._origins["updated_at"] = exact[0].origin
        return [each.text for each in exact]

    @property
    def _published_from(self) -> datetime | None:
        """The earliest time that the stated publication can mean: a day begins up to 14 hours before that of UTC."""
        stated = [parsed for each in self._published if (parsed := timestamps.parse(each.text, None))]
        exact = next((each.at for each in stated if each.precision != "day"), None)
        return exact or (stated[0].at - _EARLIEST_ZONE if stated else None)

    def source(self) -> str | None:
        for name in ("source", "mediaid"):
            if text := decoded(self.page.metas.get(name, "")):
                self._origins["source"] = "meta"
                return text
        publishers = self.linked.names(self.linked.article.get("publisher"))
        if publisher := next((name for name in publishers if "://" not in name), None):
            self._origins["source"] = "json-ld"
            return decoded(publisher)
        self._origins["source"] = "og"
        return decoded(self.page.metas.get("og:site_name", "")) or None

    def editor(self) -> str | None:
        if text := decoded(self.page.metas.get("editor", "")):
            self._origins["editor"] = "meta"
            return text
        return self._linked("editor", "editor")

    def section(self) -> str | None:
        if text := decoded(self.page.metas.get("article:section", "")):
            self._origins["section"] = "og"
            return text
        return self._linked("section", "articleSection")

    def keywords(self) -> list[str]:
        tags = [each.get("content", "") for each in self.page.all(_TAGS)[:_MAX_TAGS]]
        given = self.linked.article.get("keywords")
        sources: tuple[tuple[str, list[str]], ...] = (
            ("meta", _divided(self.page.metas.get("news_keywords") or self.page.metas.get("keywords") or "")),
            ("json-ld", _divided(given) if isinstance(given, str) else self.linked.names(given)),
            ("og", tags),
        )
        for origin, words in sources:
            if found := [word for each in words if (word := decoded(each))]:
                self._origins["keywords"] = origin
                return list(dict.fromkeys(found))
        return []

    def authors(self) -> list[str]:
        if self._authors is None:
            return []
        self._origins["authors"] = self._authors.origin
        return list(self._authors.names)

    @cached_property
    def _authors(self) -> Authors | None:
        return find_authors(self.page, self.linked, self.near, self._outlets)

    def language(self) -> str | None:
        """Return the language of the root element, the metadata or JSON-LD: `zh-CN`."""
        root = self.page.root.getroottree().getroot()
        stated = (
            (
                "html",
                root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
            ),
            ("json-ld", self.linked.article.get("inLanguage")),
            ("og", self.page.metas.get("og:locale")),
            ("meta", self.page.metas.get("content-language") or self.page.metas.get("language")),
        )
        for origin, tag in stated:
            if isinstance(tag, str) and _LANGUAGE.fullmatch(tag := tag.strip()):
                self._origins["language"] = origin
                return tag.replace("_", "-")
        return None

    @cached_property
    def _read_as(self) -> str:
        return self.language() or UNDETERMINED

    def _linked(self, field: str, key: str) -> str | None:
        if text := self.linked.text(key):
            self._origins[field] = "json-ld"
            return decoded(text) or None
        return None


def _time_of_day(text: str) -> datetime | None:
    stated = timestamps.parse(text, None)
    return stated.at if stated and stated.precision != "day" else None


def _divided(text: str) -> list[str]:
    return _BETWEEN_KEYWORDS.split(text)


def _with_breaks(heading: HtmlElement) -> str:
    """Return the text of a heading, with a space where a line of it ends."""
    pieces = []
    for each in islice(heading.iter(), _MAX_NODES):
        if each.tag in ("br", "div", "p", "small"):
            pieces.append(" ")
        if isinstance(each.tag, str) and each.tag not in ("script", "style", "svg", "template") and each.text:
            pieces.append(each.text)
        if each is not heading and each.tail:
            pieces.append(f" {each.tail}" if each.tag in ("div", "p", "small") else each.tail)
    return clean("".join(pieces)[:2000])
