"""Text as a record holds it: whitespace collapsed, nothing invisible in it.

>>> clean("  Snow\\u200b in\\u00a0Harbin \\u3000")
'Snow in Harbin'
"""

import re

from ecnscrawl.redaction import INVISIBLE

_LONG = 100_000  # letters: to split many into words takes fifteen times their memory
_PIECE = re.compile(rf"(?s:.){{1,{_LONG}}}(?=\s|\Z)|\S+")
_WORD = re.compile(r"\w")


def clean(text: str) -> str:
    """The text on one line: white space of any kind (NBSP, U+3000, U+2028) collapsed, invisible characters gone."""
    plain = " ".join(text.split()) if len(text) <= _LONG else _collapse(text)
    if plain.isprintable():  # nearly always, and ten times as fast
        return plain
    return " ".join(INVISIBLE.sub("", plain).split())


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "article"), counted(2000, "article")
    ('1 article', '2000 articles')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _collapse(text: str) -> str:
    """A long text's white space collapsed, piece by piece."""
    pieces = (" ".join(match[0].split()) for match in _PIECE.finditer(text))
    return " ".join(piece for piece in pieces if piece)


def has_words(text: str) -> bool:
    """Whether there is a letter or digit in it, of any script."""
    return bool(_WORD.search(text))
