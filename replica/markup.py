"""Turn text into noisy HTML with the same visible text: entities, inline tags, odd spaces, invisible characters."""

from html import escape
from random import Random

INVISIBLE = "\u200b\u200c\u200d\ufeff\u200e\u200f\u202a\u202c\u202e\u2066\u2069\x07\x7f"
"""Zero-width, bidirectional and control characters, none of which may reach a record."""

INSIDE_WORDS = (*INVISIBLE, "<!--x-->", "<strong></strong>")
SPACES = ("&nbsp;", "\u00a0", "\u3000", "  ", "\n", "\t", " <br>", " <br/>\n", " \u200b ", " <!-- --> ")
INDENTS = ("\u3000\u3000", "&nbsp;&nbsp;&nbsp;&nbsp;", "\n      ", "\ufeff", "<!-- p -->")
ENDINGS = ("&nbsp;", "\u3000", "\n", "\u200b", "<br>", "<!--/p-->")
INLINE = (
    ("<strong>", "</strong>"), ("<b>", "</b>"), ("<em>", "</em>"), ("<i>", "</i>"), ("<font>", "</font>"),
    ('<a href="/world/" target="_blank">', "</a>"), ('<span style="color:#333">', "</span>"), ("<sup>", "</sup>"),
)  # fmt: skip
ENTITIES = {
    "–": "&ndash;", "—": "&mdash;", "“": "&ldquo;", "”": "&rdquo;", "…": "&hellip;", "é": "&eacute;", "ï": "&#239;",
    "ç": "&ccedil;", "'": "&#39;", "°": "&#xB0;", "€": "&euro;", "×": "&times;", "ã": "&atilde;",
}  # fmt: skip


class MarkupRandomizer:
    """Adds noise to texts; `noise_share` is the share of words that get some, from 0 to 1."""

    def __init__(self, rng: Random, noise_share: float) -> None:
        self._rng = rng
        self._noise_share = noise_share

    def to_markup(self, text: str) -> str:
        """Return HTML for a text with single spaces.

        The visible text of that HTML, with spaces collapsed and invisible characters removed, is the text again.
        """
        words = [self._word(word) for word in text.split(" ")]
        if self._happens() and len(words) > 2:
            start = self._rng.randrange(len(words) - 1)
            end = self._rng.randrange(start, min(start + 5, len(words)))
            opening, closing = self._rng.choice(INLINE)
            words[start] = opening + words[start]
            words[end] += closing
        dressed = words[0] + "".join(self._space() + word for word in words[1:])
        before = self._rng.choice(INDENTS) if self._happens() else ""
        after = self._rng.choice(ENDINGS) if self._happens() else ""
        return before + dressed + after

    def _word(self, word: str) -> str:
        if len(word) > 3 and word.isalpha() and word.isascii() and self._happens():
            cut = self._rng.randrange(1, len(word))
            return f"{word[:cut]}{self._rng.choice(INSIDE_WORDS)}{word[cut:]}"
        return "".join(self._letter(letter) for letter in word)

    def _letter(self, letter: str) -> str:
        if letter in ENTITIES and self._rng.random() < 0.5:
            return ENTITIES[letter]
        return escape(letter, quote=False)

    def _space(self) -> str:
        return self._rng.choice(SPACES) if self._happens() else " "

    def _happens(self) -> bool:
        return self._rng.random() < self._noise_share
