"""Recognize photo credits, bylines and datelines in text, by patterns for its language."""

from functools import cache
from typing import Protocol

from ecnscrawl.pages.english import English


class TextPatterns(Protocol):
    """The patterns of a language. Texts are clean and not empty."""

    def credit(self, text: str) -> str | None:
        """Return the credit at the end of a caption, as written, or None."""

    def byline(self, text: str) -> list[str]:
        """Return the names of a paragraph that is only a byline; [] for any other."""

    def byline_before_dateline(self, text: str) -> tuple[list[str], str]:
        """Return the names of a byline before a dateline, and the paragraph without it; else ([], text)."""

    def dateline(self, text: str) -> str | None:
        """Return the place of the dateline at the start of a paragraph, or None."""


class NoPatterns:
    """For a language without patterns: finds nothing rather than guessing."""

    def credit(self, text: str) -> str | None:  # noqa: ARG002 - of TextPatterns
        return None

    def byline(self, text: str) -> list[str]:  # noqa: ARG002 - of TextPatterns
        return []

    def byline_before_dateline(self, text: str) -> tuple[list[str], str]:
        return [], text

    def dateline(self, text: str) -> str | None:  # noqa: ARG002 - of TextPatterns
        return None


@cache
def patterns_of(language: str) -> TextPatterns:
    """Return the patterns of a language (BCP 47). English is used too if the language is not known.

    >>> patterns_of("en-GB").byline("By Zhao Lei"), patterns_of("es-CO").byline("By Zhao Lei")
    (['Zhao Lei'], [])
    >>> patterns_of("zh-Hant-TW").byline("記者 趙蕾")
    ['趙蕾']
    """
    match language.partition("-")[0].lower():
        case "en" | "und":
            return English()
        case "zh":
            from ecnscrawl.pages.chinese.patterns import Chinese  # noqa: PLC0415 - its patterns take 25 ms to compile

            return Chinese()
    return NoPatterns()
