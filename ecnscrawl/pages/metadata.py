"""The second rung: what a page's metadata says, the same for every site."""

import re

from ecnscrawl.pages.base import Rung
from ecnscrawl.text import clean

_BETWEEN_KEYWORDS = re.compile(r"[,，、;；|]")


class Metadata(Rung):
    """`twitter:*`, `og:*` and the plain names of `<meta>`."""

    name = "metadata"

    def title(self) -> str | None:
        return self._first("twitter:title", "og:title")

    def summary(self) -> str | None:
        return self._first("twitter:description", "og:description", "description")

    def published_at(self) -> str | None:
        return self._first("article:published_time", "publishdate", "pubdate", "datepublished")

    def updated_at(self) -> str | None:
        return self._first("article:modified_time", "lastmodified", "datemodified")

    def source(self) -> str | None:
        return self._first("source", "mediaid")

    def editor(self) -> str | None:
        return self._first("editor")

    def section(self) -> str | None:
        return self._first("article:section")

    def keywords(self) -> list[str]:
        names = _BETWEEN_KEYWORDS.split(self.page.metas.get("keywords", ""))
        return [name for each in names if (name := clean(each))]

    def _first(self, *names: str) -> str | None:
        for name in names:
            if text := clean(self.page.metas.get(name, "")):
                return text
        return None
