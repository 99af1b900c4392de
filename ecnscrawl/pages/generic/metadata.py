"""Extract what the metadata of a page says whose site is not known."""

import re

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.metadata import Metadata, names_of

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class GenericMetadata(Metadata):
    """The metadata of an unknown site, which states some more fields."""

    def authors(self) -> list[str]:
        named = names_of(self.page.json_ld.get("author"))
        if not named:
            named = [clean(self.page.metas.get(name, "")) for name in ("author", "article:author")]
        return [name for name in dict.fromkeys(named) if name and "://" not in name]

    def language(self) -> str | None:
        """Return the language of the root element, the metadata or JSON-LD: `zh-CN`."""
        root = self.page.root.getroottree().getroot()
        stated = [root.get("lang"), self.page.metas.get("og:locale"), self.page.json_ld.get("inLanguage")]
        return next((str(tag).replace("_", "-") for tag in stated if tag and _LANGUAGE.fullmatch(str(tag))), None)

    def source(self) -> str | None:
        return super().source() or next(iter(names_of(self.page.json_ld.get("publisher"))), None)
