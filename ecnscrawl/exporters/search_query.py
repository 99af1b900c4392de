"""Parse what a user searches for: SQLite FTS5's query syntax, and words with a minus sign, which are excluded.

>>> to_fts5("artificial intelligence OR robot* -chess")
'(artificial intelligence OR robot*) NOT (chess)'
>>> to_fts5('title : "deep sea" -"South China Sea" -oil*')
'(title : "deep sea") NOT ("South China Sea" OR oil*)'
>>> to_fts5("廊桥 -洪水")
'("廊 桥") NOT ("洪 水")'
"""

import re
import sqlite3
from contextlib import closing

from ecnscrawl.exceptions import WrongUsage

COLUMNS = ("title", "summary", "body", "captions")
TOKENIZER = "unicode61 remove_diacritics 2"  # words whatever their case and accents
# A quoted text, a parenthesis, an excluded word or quoted text (but `-title : x` is FTS5's own), or anything else.
_PART = re.compile(r'"(?:[^"]|"")*"|[()]|(?<!\S)-("(?:[^"]|"")*"|\w+)(\*?)(?=\s|$)(?!\s*:)|.', re.DOTALL)

# Chinese and Japanese are written without blanks between words, so each of their characters is a word of the index.
_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_QUOTED_OR_WORD = re.compile(r'"(?:[^"]|"")*"|\w+')


def spaced(text: str) -> str:
    """Return a text with blanks round each Chinese or Japanese character, so that FTS5 indexes it as a word."""
    return text if text.isascii() else _CHARACTER.sub(r" \g<0> ", text)


def to_fts5(search: str) -> str:
    """Return a search as FTS5 understands it: whatever has a minus sign in front is left out of the whole result.

    A Chinese or Japanese word becomes a phrase of its characters.
    """
    wanted, excluded, depth = "", [], 0
    search = search if search.isascii() else _QUOTED_OR_WORD.sub(_phrase, search)
    for match in _PART.finditer(search):
        part = match[0]
        depth += (part == "(") - (part == ")")
        if match[1] and depth == 0:
            excluded.append(match[1] + match[2])
        else:
            wanted += part
    if not excluded:
        return search
    return f"({wanted.strip()}) NOT ({' OR '.join(excluded)})"


def _phrase(match: re.Match[str]) -> str:
    words = " ".join(spaced(match[0][1:-1] if match[0][0] == '"' else match[0]).split())
    return f'"{words}"' if " " in words and _CHARACTER.search(words) else match[0]


def check_search(search: str) -> str:
    """Return a search as FTS5 understands it. Raises WrongUsage where it cannot."""
    if not search.strip():
        raise WrongUsage("--search is empty; name words to search for")
    query = to_fts5(search)
    if query.startswith("() NOT"):
        raise WrongUsage(f"--search {search!r} only says what to leave out; name a word to search for, too")
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(create_index_statement("text"))
        try:
            database.execute("SELECT rowid FROM text WHERE text MATCH ?", [query]).fetchall()
        except sqlite3.Error as error:
            raise WrongUsage(f"--search {search!r} cannot be understood: {_way_out(str(error), query)}") from None
    return query


def _way_out(error: str, query: str) -> str:
    """Return what the user can do about an error of FTS5, in words that say nothing of columns and tables."""
    if "unterminated string" in error:
        return "a double quote is not closed"
    if 'near ""' in error:
        return "it ends too early: a word is missing after AND, OR, NOT, colon or parenthesis, or one is not closed"
    if (column := error.partition("no such column: ")[2]) and not re.search(rf"\w-\s*{re.escape(column)}\b", query):
        return f"there is no part {column!r} of an article to search in; known are {', '.join(COLUMNS)}"
    return "put what is not only letters and digits into double quotes, as in '\"covid-19\"'"


def small_operator(search: str) -> str | None:
    """Return the first `and`, `or` or `not` that stands unquoted between words, where FTS5 looks for that word.

    >>> small_operator('ai or robot*'), small_operator('"to be or not" OR ai')
    ('or', None)
    """
    found = re.search(r"\S\s+(and|or|not)\s+\S", re.sub(r'"[^"]*"', '""', search), re.IGNORECASE)
    return found[1] if found and not found[1].isupper() else None


def create_index_statement(table: str) -> str:
    """Return SQL that creates a full-text index without the texts themselves."""
    columns = ", ".join(COLUMNS)
    return f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, content='', columnsize=0, tokenize='{TOKENIZER}')"
