"""Recognize lines that belong to a page and not to its article: teasers, calls, share bars, rights, dates."""

import re
from functools import cache
from itertools import pairwise

from ecnscrawl.pages.generic.call_patterns import CALLS
from ecnscrawl.pages.generic.date_forms import find_dates
from ecnscrawl.pages.generic.line_words import DATING, READING_TIME, SHARING, TEASERS

_MAX_LETTERS, _MAX_DATE, _MAX_BAR = 300, 150, 120  #: of a line, of one that shows a date, of a share bar
_PAGER_WORDS, _MAX_PAGER = 2, 120  #: words of a pager's label; letters of a pager
_WORD_OR_NUMBER = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKS = " \t•·*»>►▶→⇒✓✔◆◇■□▪▼▲●○※◎☛👉📰🔴➡️\u200e-–—[]()【】「」（）|"
_TEASERS = frozenset(label.casefold() for labels in TEASERS.values() for label in labels.split("|"))
_MAX_LABEL = max(map(len, _TEASERS))
# Where a label ends: Read more: … | Baca juga | … | 相关阅读：…
_LABEL_END = re.compile(r"\s*(?:[:：|｜»►▶→>]|\s[-–—]\s|\.\.\.|…|[\])】])")
_NUMBER = re.compile(r"\d")
_BESIDE_SHARING = re.compile(r"\b(?:x|on|via)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\W_]+")
# Hours beside a date: 14:05 Uhr | 9.30 a.m. JST | GMT+8 | 14h05
_HOURS = re.compile(
    r"(?<!\d)\d{1,2}[:.hH時时시点點]\s?\d{2}(?:[:.]\d{2}|분|分)?(?!\d)|\b[ap]\.?m\b\.?|\b(?:GMT|UTC)(?:\s?[+-]?\d{1,2}(?::\d{2})?)?"
    r"|\b(?-i:[A-Z]{2,5})\b",
    re.IGNORECASE,
)


def is_teaser(text: str) -> bool:
    """Return whether a line introduces other articles, or advertisements, alone or with the first of them.

    >>> is_teaser("Read more: School bus finds a new route"), is_teaser("Read more books, says the librarian.")
    (True, False)
    """
    line = text[: _MAX_LETTERS + 1].strip(_MARKS)
    if len(text) > _MAX_LETTERS or not line:
        return False
    end = _LABEL_END.search(line)
    label = line[: end.start()] if end else line.rstrip(" .!")
    return len(label) <= _MAX_LABEL and label.strip(_MARKS).casefold() in _TEASERS


def is_teaser_label(text: str) -> bool:
    """Return whether a line is such an introduction alone, so that the other articles follow it.

    >>> is_teaser_label("Read more:"), is_teaser_label("Read more: School bus finds a new route")
    (True, False)
    """
    return len(text) <= _MAX_LABEL + 5 and text.strip(f"{_MARKS}.!…:：").casefold() in _TEASERS


def is_call(text: str) -> bool:
    """Return whether a line asks the reader to subscribe, follow, share or comment, or claims the copyright.

    >>> is_call("Sign up for our newsletter."), is_call("Sign up is open until May, the office said.")
    (True, False)
    """
    return len(text) <= _MAX_LETTERS and (_calls().fullmatch(text.strip(_MARKS)) is not None or _is_share_bar(text))


def is_pager(text: str) -> bool:
    """Return whether a line is a short label and the numbers of pages, in any language. In text, they may be a result.

    >>> is_pager("Seiten: 1 2 3"), is_pager("Linie 105 und 110 um 9")
    (True, False)
    """
    found = _WORD_OR_NUMBER.findall(text) if len(text) <= _MAX_PAGER else []
    numbers = [int(each) for each in found if each.isdecimal()]
    words = len(found) - len(numbers)
    rises = all(one < other for one, other in pairwise(numbers))
    return len(numbers) > 1 and rises and words <= _PAGER_WORDS and all(map(str.isdecimal, found[words:]))


def is_date_line(text: str, language: str) -> bool:
    """Return whether a line says when the article was published or updated, or how long it takes to read; no more.

    >>> is_date_line("Stand: 12.03.2024, 14:05 Uhr", "de"), is_date_line("Am 12.03.2024 fiel Schnee.", "de")
    (True, False)
    """
    if len(text) > _MAX_DATE or not _NUMBER.search(text):
        return False
    rest, found = _reading_time().subn(" ", text.strip(_MARKS))
    dates = find_dates(rest, language)
    if not (found or dates):
        return False
    return not _BETWEEN.sub("", _without_dating(without_dates(rest, language), language))


def without_dates(text: str, language: str) -> str:
    """Return a line without its dates and hours.

    >>> without_dates("Von Jonas Weber, 12.03.2024, 14:05 Uhr", "de")
    'Von Jonas Weber,  Uhr'
    """
    for one in reversed(find_dates(text, language)):
        text = text[: one.start] + text[one.end :]
    return text


def _is_share_bar(text: str) -> bool:
    words, found = _sharing().subn(" ", text[: _MAX_BAR + 1])
    return len(text) <= _MAX_BAR and found > 0 and not _BETWEEN.sub("", _BESIDE_SHARING.sub(" ", words))


def _without_dating(text: str, language: str) -> str:
    text = _dating().sub(" ", _HOURS.sub(" ", text))
    return _weekdays(language.partition("-")[0].lower()).sub(" ", text)


def _words(words: str) -> re.Pattern[str]:
    """Compile words that stand apart; those of a script without spaces between words may stand together."""
    ordered = sorted(words.split("|"), key=len, reverse=True)
    beside = r"[^\W\d_\u0e00-\u9fff\uac00-\ud7a3]"  # a letter, but of Thai, Chinese, Japanese, Korean
    return re.compile(rf"(?<!{beside})(?:{'|'.join(map(re.escape, ordered))})(?!{beside})", re.IGNORECASE)


@cache
def _calls() -> re.Pattern[str]:
    return re.compile("|".join(pattern for pattern, _ in CALLS), re.IGNORECASE)


@cache
def _reading_time() -> re.Pattern[str]:
    return re.compile("|".join(pattern for pattern, _ in READING_TIME), re.IGNORECASE)


@cache
def _sharing() -> re.Pattern[str]:
    return _words(SHARING)


@cache
def _dating() -> re.Pattern[str]:
    return _words(DATING)


@cache
def _weekdays(language: str) -> re.Pattern[str]:
    """Match the days of the week in a language and in English, by CLDR."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - most bodies have no such line
    from babel.dates import get_day_names  # noqa: PLC0415

    names: set[str] = set()
    for each in ("en", language):
        try:
            locale = Locale.parse(each)
        except (UnknownLocaleError, ValueError):
            continue
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names.update(name.rstrip(".") for name in get_day_names(width, context, locale).values())
    return _words("|".join(names))
