"""Find the line of each key and each list entry of a TOML document, which `tomllib` does not tell."""

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]  #: names of keys and positions in lists: `("site", 0, "every")`

_TOKEN = re.compile(
    r'''
    (?P<blank> [ \t]+ | \#[^\n]* )
    | (?P<newline> \n )
    | (?P<text> """ (?: \\. | [^\\] )*? """ "{0,2}   # two quotes may stand before those that end it
              | \'\'\' .*? \'\'\' '{0,2}
              | " (?: \\. | [^"\\\n] )* "
              | ' [^'\n]* ' )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<word> [^\s\[\]{}=,.#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)  # fmt: skip
_ENDS_VALUE = frozenset({"\n", ",", "]", "}", ""})


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, on which each key, table and list entry of a valid TOML document begins.

    Line ends are `\\n`. Of a table that several places fill, the first one counts.

    >>> lines_of('[defaults]\\nevery = "1h"\\n[[site]]\\nspider = "news"')[("site", 0, "spider")]
    4
    """
    return _Walk(text).lines


class _Walk:
    """Goes once over the tokens of a document."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._tokens: list[tuple[str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "blank":
                self._tokens.append((match[0], line))
            line += match[0].count("\n")
        self._tokens.append(("", line))
        self._at = 0
        self._lengths: dict[Path, int] = {}  # of the lists of tables so far
        table: Path = ()
        while self._skip_newlines():
            table = self._header() if self._next == "[" else self._pair(table)

    @property
    def _next(self) -> str:
        return self._tokens[self._at][0]

    def _take(self) -> tuple[str, int]:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _skip_newlines(self) -> bool:
        """Return whether there is anything after them."""
        while self._next == "\n":
            self._at += 1
        return bool(self._next)

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]`, and return the path of the table that it opens."""
        line = self._take()[1]
        is_entry = self._next == "["
        if is_entry:
            self._take()
        names = self._key()
        path: Path = ()
        for name in names[:-1]:
            path = self._inside((*path, name), line)
        path = (*path, names[-1])
        if is_entry:
            self.lines.setdefault(path, line)
            self._lengths[path] = self._lengths.get(path, 0) + 1
        path = self._inside(path, line)
        while self._next not in ("\n", ""):
            self._take()
        return path

    def _inside(self, path: Path, line: int) -> Path:
        """Return the path of a table: of a list of tables, that of its newest one."""
        self.lines.setdefault(path, line)
        if length := self._lengths.get(path):
            path = (*path, length - 1)
            self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> Path:
        """Read `key = value` in a table, and return the table's path."""
        line = self._tokens[self._at][1]
        path = table
        for name in self._key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._take()  # =
        self._value(path)
        return table

    def _key(self) -> list[str]:
        """Read `a."b.c".d`: its parts."""
        parts = [_name(self._take()[0])]
        while self._next == ".":
            self._take()
            parts.append(_name(self._take()[0]))
        return parts

    def _value(self, path: Path) -> None:
        if self._next == "[":
            self._take()
            number = 0
            while self._skip_newlines() and self._next != "]":
                self.lines[(*path, number)] = self._tokens[self._at][1]
                self._value((*path, number))
                self._skip_comma()
                number += 1
            self._take()
        elif self._next == "{":
            self._take()
            while self._skip_newlines() and self._next != "}":
                self._pair(path)
                self._skip_comma()
            self._take()
        else:
            while self._next not in _ENDS_VALUE:  # several for a number or a date
                self._take()

    def _skip_comma(self) -> None:
        if self._skip_newlines() and self._next == ",":
            self._take()


def _name(token: str) -> str:
    """Return the name that a part of a key stands for, without its quotes."""
    if token[:1] in ("'", '"'):
        return str(tomllib.loads(f"key = {token}")["key"])
    return token
