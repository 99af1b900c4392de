"""Text as a record holds it: whitespace collapsed, nothing invisible in it.

>>> clean("  Snow\\u200b in\\u00a0Harbin \\u3000")
'Snow in Harbin'
"""

import re

# Control, format (zero-width, bidirectional, soft hyphen, tags) and surrogate code points: Unicode's Cc, Cf and Cs,
# but not white space, which collapses to a blank, and not the Arabic number signs, which are format characters
# that a reader sees (U+0600-0605, U+06DD, U+070F, U+0890-0891, U+08E2).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# In text that may have lines: all of that, and white space other than blank, tab and newline.
_UNSEEN = re.compile(f"{_INVISIBLE.pattern[:-1]}\x0b-\x0d\x1c-\x1f\x85\u2028\u2029]")
_LONG = 100_000  # letters: to split many into words takes fifteen times their memory
_PIECE = re.compile(rf"(?s:.){{1,{_LONG}}}(?=\s|\Z)|\S+")
_WORD = re.compile(r"\w")


def clean(text: str) -> str:
    """The text on one line: white space of any kind (NBSP, U+3000, U+2028) collapsed, invisible characters gone."""
    plain = " ".join(text.split()) if len(text) <= _LONG else _collapse(text)
    if plain.isprintable():  # nearly always, and ten times as fast
        return plain
    return " ".join(_INVISIBLE.sub("", plain).split())


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "article"), counted(2000, "article")
    ('1 article', '2000 articles')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """The text with every invisible character spelled out; lines stay lines.

    >>> visible("a title\\x1b[2J")
    'a title\\\\x1b[2J'
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def _collapse(text: str) -> str:
    """A long text's white space collapsed, piece by piece."""
    pieces = (" ".join(match[0].split()) for match in _PIECE.finditer(text))
    return " ".join(piece for piece in pieces if piece)


def has_words(text: str) -> bool:
    """Whether there is a letter or digit in it, of any script."""
    return bool(_WORD.search(text))
