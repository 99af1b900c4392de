"""The patterns of a page of an unknown site: its language's, and credits and bylines of any language."""

from collections.abc import Sequence

from ecnscrawl.pages.generic.body_bylines import byline
from ecnscrawl.pages.generic.credits import credit_in
from ecnscrawl.pages.text_patterns import TextPatterns


class AnyPatterns:
    """Patterns for all languages. `authors` are those that the page states."""

    def __init__(self, patterns: TextPatterns, language: str, authors: Sequence[str]) -> None:
        self._patterns = patterns
        self._language = language
        self._authors = authors

    def credit(self, text: str) -> str | None:
        """Return the credit at the end of a caption, as written, or None."""
        return self._patterns.credit(text) or credit_in(text)

    def byline(self, text: str) -> list[str]:
        """Return the names of a paragraph that is only a byline; [] for any other."""
        return self._patterns.byline(text) or byline(text, self._language, self._authors)

    def byline_before_dateline(self, text: str) -> tuple[list[str], str]:
        """Return the names of a byline before a dateline, and the paragraph without it; else ([], text)."""
        return self._patterns.byline_before_dateline(text)

    def dateline(self, text: str) -> str | None:
        """Return the place of the dateline at the start of a paragraph, or None."""
        return self._patterns.dateline(text)
