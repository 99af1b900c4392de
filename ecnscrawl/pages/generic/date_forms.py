"""Recognize the day and time that a text states, in the words of its language.

>>> find_dates("Publié le 3 août 2026 à 09h30", "fr")[0].iso
'2026-08-03T09:30'
>>> find_dates("3.8.2026, 9.30 Uhr", "de")[0].iso
'2026-08-03T09:30'
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from ecnscrawl.pages.document import UNDETERMINED

MAX_LENGTH = 300  #: characters of a text that is searched
_LAST_SHORT_YEAR = 50  #: as RFC 5322 has it: 49 is 2049, 50 is 1950
_FIRST_YEAR, _LAST_YEAR = 1900, 2399

_Y = r"(?P<year>\d{4})"
_D = r"(?P<day>\d{1,2})"
_M = r"(?P<month>\d{1,2})"
_TIME = (
    r"(?P<hour>\d{1,2})(?:[:.hH]|時|时|시 ?|點|点)(?P<minute>\d{2})(?:(?<=T\d\d:\d\d)(?=-\d)|(?!\d|[./-]\d))"
    r"(?::(?P<second>\d{2}))?"
    r"(?:[.,]\d{1,9})?(?: ?(?P<half>[ap])\.? ?m\b\.?)?"
)
# Between day and time: a comma, a bar, a weekday `(月)` or `（月）`, or a word for `at`.
_BETWEEN = (
    r"[\s,،、|·•@/–—-]*(?:[(（][^()（）]{1,4}[)）] ?)?"
    r"(?:(?:at|um|à|a las|alle ore|alle|ore|om|kl\.?|klo|às|o|в|о|saat|jam|pukul|на|у|الساعة|ב?שעה)[\s.:]*)?"
)
_ZONE = r"(?:[\s(]*(?P<zone>(?:UTC|GMT) ?[+-]\d{1,2}(?::?\d{2})?\b|[+-]\d{2}:?\d{2}\b|(?-i:[A-Z]{1,5})\b))?"
_THEN = rf"(?:(?:T|{_BETWEEN}){_TIME}{_ZONE})?"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|ª|\.|-?[ея]|η)?"  # 3rd, 1er, 1º, 3.
_AFTER_YEAR = r"(?: ?(?:г|р|года|року)\b\.?)?"
_OF = r"(?:de |del |di |d['’]|of |ng |ב-?|พ\.ศ\. ?)?"
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}  #: the year before the first of each Japanese era
_ERA_YEAR = rf"(?:{'|'.join(_ERAS)})(?:元|\d{{1,2}})年"
# The year first: 2026-08-03, 2026/8/3, 2026.08.03, 2026年8月3日, 2026年（令和8年）8月3日, 2026년 8월 3일.
_YEAR_FIRST = re.compile(
    rf"(?<![\d/.-]){_Y}(?:[-/.]|\. |年(?:[(（]{_ERA_YEAR}[)）])?|년 ?)"
    rf"{_M}(?:[-/.]|\. |月|월 ?){_D}(?!\d|[/-]\d)(?:日|일|\.)?{_THEN}",
    re.IGNORECASE,
)
# The year of a Japanese era: 令和8年8月3日, 令和元年8月3日, 令和8年（2026年）8月3日.
_ERA = re.compile(
    rf"(?P<era>{'|'.join(_ERAS)})(?P<year>元|\d{{1,2}})年(?:[(（]\d{{4}}年[)）])?{_M}月{_D}日{_THEN}", re.IGNORECASE
)
# The day and the month as numbers: 03.08.2026, 3/8/2026. Which is which depends on language and region.
_NUMBERS = re.compile(
    r"(?:(?<![\d/.:-])|(?<=ב-))"
    rf"(?P<one>\d{{1,2}})(?P<mark>[./-]) ?(?P<two>\d{{1,2}})(?P=mark) ?{_Y}(?!\d|[/-]\d){_THEN}",
    re.IGNORECASE,
)
# The same with two digits each: 03.08.26, 08/03/26.
_SHORT = re.compile(
    rf"(?<![\d/.:-])(?P<one>\d\d)(?P<mark>[./])(?P<two>\d\d)(?P=mark)(?P<year>\d\d)(?!\d|[./:-]\d){_THEN}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d")

# Countries with names of months that others of the language do not use. No name means two months in them.
_REGIONS = {"ar": ("ar_LB", "ar_IQ", "ar_DZ", "ar_MA"), "fa": ("fa_AF",)}
# Scripts that only one of the languages with months in words has, for pages that name no language. Persian and Urdu
# share the first, but none of its months has another number there.
_SCRIPTS = {"ar": "\u0621-\u064a", "he": "\u05d0-\u05ea", "el": "\u0391-\u03c9", "th": "\u0e01-\u0e30"}
_LETTER = {language: re.compile(f"[{letters}]") for language, letters in _SCRIPTS.items()}
_PLAIN_ALEF = str.maketrans("أإآ", "ااا")  # many pages write ايلول for أيلول
_MONTH_FIRST_REGIONS = frozenset({"US", "PH"})  # CLDR: M/d/y
_DAY_FIRST_ENGLISH = frozenset(
    "AU CA GB IE IN KE MY NG NZ SG ZA".split()
)  # also Canada writes d/m/y, or the year first
_BUDDHIST, _BUDDHIST_YEARS = 543, 2400  #: years that the Thai calendar is ahead; a year from here on is of it


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day that a text states, with the time as far as it is stated."""

    day: date
    time: str  #: `09:30`, `09:30:15`, with the zone if stated; `` if only the day is
    start: int
    end: int

    @property
    def iso(self) -> str:
        """As `timestamps.parse` reads it: `2026-08-03`, `2026-08-03T09:30`, `2026-08-03T09:30 +02:00`."""
        return f"{self.day.isoformat()}T{self.time}" if self.time else self.day.isoformat()


def find_dates(text: str, language: str = "en") -> list[FoundDate]:
    """Return the dates in a text, in its order.

    `language` (BCP 47) says which names of months are recognized beside the English ones, and whether 3/8/2026 is in
    August. If it does not say so, only a date is accepted that has one meaning: 3/18/2026, 3/3/2026. If it is `und`,
    the names are those of the language whose script the text has.
    """
    text = text[:MAX_LENGTH]
    if not _DIGITS.search(text):
        return []
    month_first = is_month_first(language)
    found = [_found(match, int(match["month"])) for match in _YEAR_FIRST.finditer(text)]
    found += [_found(match, int(match["month"]), era=match["era"]) for match in _ERA.finditer(text)]
    for match in (*_NUMBERS.finditer(text), *_SHORT.finditer(text)):
        one, two = int(match["one"]), int(match["two"])
        is_day_first = month_first is False or (month_first is None and match["mark"] == ".")
        if one > 12 or (is_day_first and two <= 12):
            found.append(_found(match, two, one))
        elif month_first or two > 12 or one == two:
            found.append(_found(match, one, two))
    code = language.partition("-")[0].lower()
    names, patterns = _named(_language_of_script(text) if code == UNDETERMINED else code)
    for pattern in patterns:
        for match in pattern.finditer(text):
            month, other = names[match["name"].casefold()], match["other"]
            if not other or names[other.casefold()] == month:
                found.append(_found(match, month))
    return sorted((each for each in found if each), key=lambda each: each.start)


def _language_of_script(text: str) -> str:
    """Return the language whose script a text has, if that is certain enough for its months; else `und`."""
    if text.isascii():
        return UNDETERMINED
    return next((language for language, letter in _LETTER.items() if letter.search(text)), UNDETERMINED)


def is_month_first(language: str) -> bool | None:
    """Return whether 3/8/2026 is in March, by the language and region; None if these do not say so.

    >>> is_month_first("en-US"), is_month_first("de"), is_month_first("en")
    (True, False, None)
    """
    tag, *rest = language.split("-")
    region = next((part.upper() for part in rest if len(part) == 2), "")
    if region in _MONTH_FIRST_REGIONS:
        return True
    if tag.lower() in ("en", "und", ""):
        return False if region in _DAY_FIRST_ENGLISH else None
    return False


def _found(match: re.Match[str], month: int, day: int | None = None, era: str = "") -> FoundDate | None:
    year = 1 if match["year"] == "元" else int(match["year"])
    if era:
        year += _ERAS[era]
    elif year < 100:
        year += 2000 if year < _LAST_SHORT_YEAR else 1900
    if year >= _BUDDHIST_YEARS:
        year -= _BUDDHIST
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        stated = date(year, month, day if day is not None else int(match["day"]))
    except ValueError:
        return None
    return FoundDate(stated, _clock(match), match.start(), match.end())


def _clock(match: re.Match[str]) -> str:
    if not match["hour"]:
        return ""
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if match["half"]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        return ""
    zone = match["zone"] or ""
    return f"{hour:02}:{minute:02}" + (f":{int(second):02}" if second else "") + (f" {zone}" if zone else "")


@cache
def _named(language: str) -> tuple[dict[str, int], tuple[re.Pattern[str], ...]]:
    """Return the months of a language and of English by name, and the patterns of dates with such a name."""
    names = {**month_names("en"), **month_names(language)}
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    # آب | آب/أغسطس
    name = rf"(?P<name>{words})(?: ?/ ?(?P<other>{words}))?(?!\w)\.?"
    forms = (
        # 3 August 2026 | 3. August 2026 | 3 de agosto de 2026 | 3rd of August 2026 | 03-Aug-2026 | 3 августа 2026 г.
        rf"(?<![\d.:]){_D}{_ORDINAL}[\s,./-]{{0,3}}{_OF}{name}[\s,،./-]{{0,3}}{_OF}{_Y}(?!\d){_AFTER_YEAR}{_THEN}",
        # August 3rd, 2026 | Aug. 3, 2026
        rf"(?<!\w){name}[\s/-]{{0,2}}{_D}(?:st|nd|rd|th)?\b[.,]?[\s/-]{{0,2}}{_Y}(?!\d){_THEN}",
        # 2026. augusztus 3.
        rf"(?<!\d){_Y}\.?(?: m\.)?[\s/-]{{1,2}}{name}[\s/-]{{1,2}}{_D}(?!\d)(?:-?[a-z]{{1,3}}\b|\.)?{_THEN}",
    )
    return names, tuple(re.compile(form, re.IGNORECASE) for form in forms)


@cache
def month_names(language: str) -> dict[str, int]:
    """Return the names and abbreviations of the months in a language (ISO 639), in lower case; {} if it is unknown.

    The source is CLDR, also for the countries of `_REGIONS`. Names that are numbers, `8月`, are left to the patterns of
    numbers.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - most pages state a machine-readable time
    from babel.dates import get_month_names  # noqa: PLC0415

    try:
        locales = [Locale.parse(each) for each in (language, *_REGIONS.get(language, ()))]
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, int] = {}
    for locale in locales:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    plain = name.casefold().rstrip(".")
                    if len(plain) > 1 and not _DIGITS.search(plain):
                        found.setdefault(plain, number)
                        found.setdefault(plain.translate(_PLAIN_ALEF), number)
    return found
