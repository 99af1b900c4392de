"""Extract fields from a page's metadata, in the same way for every site."""

import re
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.extractors import Extractor

_TIME_OF_DAY = re.compile(r"\d:\d\d|T\d{4}")
_BETWEEN_KEYWORDS = re.compile(r"[,，、;；|]")


class Metadata(Extractor):
    """Reads `twitter:*`, `og:*`, plain `<meta>` names, JSON-LD and `<time datetime>`."""

    name = "metadata"

    def title(self) -> str | None:
        return self._meta("twitter:title", "og:title") or self._json("headline")

    def summary(self) -> str | None:
        return self._meta("twitter:description", "og:description", "description") or self._json("description")

    def published_at(self) -> list[str]:
        named = [
            self._meta(name) for name in ("article:published_time", "publishdate", "pubdate", "datepublished", "date")
        ]
        return _times([*named, self._json("datePublished"), self._time()])

    def updated_at(self) -> list[str]:
        named = [self._meta(name) for name in ("article:modified_time", "lastmodified", "datemodified")]
        times = _times([*named, self._json("dateModified")])
        return [text for text in times if _TIME_OF_DAY.search(text)]

    def source(self) -> str | None:
        return self._meta("source", "mediaid")

    def editor(self) -> str | None:
        return self._meta("editor") or self._json("editor")

    def section(self) -> str | None:
        return self._meta("article:section") or self._json("articleSection")

    def keywords(self) -> list[str]:
        named: Any = self.page.metas.get("keywords") or self.page.json_ld.get("keywords") or ""
        words = names_of(named) if isinstance(named, list) else _BETWEEN_KEYWORDS.split(str(named))
        return [word for each in words if (word := clean(each))]

    def _meta(self, *names: str) -> str | None:
        for name in names:
            if text := clean(self.page.metas.get(name, "")):
                return text
        return None

    def _json(self, key: str) -> str | None:
        return next(iter(names_of(self.page.json_ld.get(key))), None)

    def _time(self) -> str | None:
        """Return the first `<time>` that is marked as the time of publication, else the first of all."""
        times = [element for element in self.page.root.iter("time") if element.get("datetime")]
        stated = [element for element in times if element.get("pubdate") is not None or "ublish" in _kind(element)]
        return next((clean(element.get("datetime", "")) for element in stated or times), None)


def _times(stated: Iterable[str | None]) -> list[str]:
    """Return the texts that can be parsed as a day or time. Their time zone is decided later, by the site."""
    return [text for text in stated if text and timestamps.parse(text, UTC)]


def _kind(element: Any) -> str:
    return f"{element.get('itemprop') or ''} {element.get('class') or ''}"


def names_of(value: Any) -> list[str]:
    """Return the texts of a JSON-LD value, which is a text, an object with a name, or a list of these."""
    found: list[str] = []
    for each in value if isinstance(value, list) else [value]:
        text = each.get("name") if isinstance(each, dict) else each
        if isinstance(text, str) and clean(text):
            found.append(clean(text))
    return found
