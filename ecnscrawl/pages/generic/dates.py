"""Find when a news page was published: by what it states for programs, else by what it shows near the headline."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from lxml.html import HtmlElement

from ecnscrawl.normalize import timestamps
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.generic.date_forms import FoundDate, find_dates
from ecnscrawl.pages.generic.date_words import UPDATED, is_told
from ecnscrawl.pages.generic.furniture import is_foreign
from ecnscrawl.pages.generic.json_ld import LinkedData
from ecnscrawl.pages.generic.stated_dates import Stated, in_path, machine_readable, read_time, scripted
from ecnscrawl.pages.generic.surroundings import NearText, all_texts

_MAX_BESIDE = 60  #: characters beside the days of a text that shows them
_FIRST_SHOWN = 1991  #: the first year of the web: an older day in a text is one that the article tells of
_CLOSE = 12  #: texts after the headline
_YEAR = re.compile(r"\d{4}|\d年|元年")  #: in the digits of any script, or of a Japanese era
_DATE_NAME = re.compile(r"date|publish|posted", re.IGNORECASE)


IsOwn = Callable[[HtmlElement, int], bool]  # whether an element is the article's, by its texts from the headline


def visible(near: Sequence[NearText], language: str, is_own: IsOwn) -> Iterator[tuple[Stated, int, bool]]:
    """Yield the days that a page shows near its headline, with their distance, and whether they are of an update.

    The nearest come first; those before the headline count as three times as far. A text that says more than a day is
    left out: it is a caption or a paragraph that tells of another day.
    """
    for number in sorted(range(len(near)), key=lambda number: max(near[number].distance, -3 * near[number].distance)):
        each = near[number]
        text, origin = each.text, "visible-date"
        found = find_dates(text, language)
        exact = _exact(each.element, language)
        if exact and not any(abs(one.day - exact.day) > timedelta(1) for one in found):
            found, origin = [exact], "time"
        elif not found or len(text) - sum(one.end - one.start for one in found) > _MAX_BESIDE:
            continue
        if not is_own(each.element, each.distance):
            continue
        before = near[number - 1].text[-40:] if number else ""
        for one in found:
            if one.day.year < _FIRST_SHOWN or (origin == "visible-date" and is_told(text, one, found)):
                continue
            own = text[: one.start][-40:] if origin == "visible-date" else text
            is_labelled = bool(UPDATED.search(own) or (len(own) < 3 and UPDATED.search(before)))
            yield Stated(one.iso, one.day, origin), each.distance, is_labelled or _is_updated(each.element)


def _exact(element: HtmlElement, language: str) -> FoundDate | None:
    """Return the day that the `<time>` around a text states for programs."""
    for each in (element, element.getparent()):
        if each is not None and each.tag == "time" and (stated := each.get("datetime")):
            return read_time(stated, language)
    return None


def _is_updated(element: HtmlElement) -> bool:
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return bool(UPDATED.search(named))


def elsewhere(page: Document, language: str, is_own: IsOwn) -> list[Stated]:
    """Return the only day that a page shows, or the only one in elements named after a date, wherever it stands."""
    named: list[Stated] = []
    others: list[Stated] = []
    for each in all_texts(page.root):
        if len(each.text) > _MAX_BESIDE or not _YEAR.search(each.text):
            continue
        exact = _exact(each.element, language)
        shown = find_dates(each.text, language)
        days = [one for one in shown if not is_told(each.text, one, shown)] if shown else [exact] if exact else []
        if days and not is_own(each.element, 0):
            continue
        for one in days:
            if not UPDATED.search(each.text[: one.start]) and not _is_updated(each.element):
                is_named = _DATE_NAME.search(f"{each.element.get('class')} {each.element.get('id')}")
                (named if is_named else others).append(Stated(one.iso, one.day, "visible-date"))
    found = [each for each in named or others if each.day.year >= _FIRST_SHOWN]
    return found if len({each.day for each in found}) == 1 else []


def find_published(
    page: Document, linked: LinkedData, language: str, near: Sequence[NearText], heading: HtmlElement | None = None
) -> list[Stated]:
    """Return when the page was published, the best first: all of these agree on the day.

    What the page states for programs counts before what it shows, unless it shows an earlier day right below the
    headline: then the article was published again. Without both, the data of its scripts and its address count. The day
    of an update counts only on a page that names no other.
    """
    around = frozenset() if heading is None else frozenset(heading.iterancestors())

    def is_own(element: HtmlElement, distance: int) -> bool:
        return not is_foreign(element, page.url, around, distance)

    stated = list(machine_readable(page, linked, language, lambda element: is_own(element, 1)))
    shown = list(visible(near, language, is_own))
    first = [each for each, _, is_update in shown if not is_update]
    if stated:
        close = [each for each, distance, is_update in shown if 0 < distance <= _CLOSE and not is_update]
        if close and close[0].day < stated[0].day - timedelta(1):
            stated = [each for each in stated if abs(each.day - close[0].day) <= timedelta(1)] + close[:1]
        return _agreeing(stated[0], [*stated, *first])
    others = [*first, *elsewhere(page, language, is_own), *scripted(page)]
    if path := in_path(page.url):
        named = Stated(path.isoformat(), path, "url")
        return _agreeing(next((each for each in others if _agrees(each, named)), named), others)
    updates = [Stated(each.text[:10], each.day, "updated-date") for each, _, is_update in shown if is_update]
    return _agreeing(others[0], others) if others else updates[:1]


def _agreeing(best: Stated, others: Iterable[Stated]) -> list[Stated]:
    """Return the best with those of the others that may state the same time more exactly.

    They are of the same day, or a time zone explains that they are of the one before or after. A time without a zone
    and a day are those of the site's clock, as the best is: another day is that of something else.
    """
    return [best, *(each for each in others if each != best and _agrees(each, best))]


def _agrees(one: Stated, best: Stated) -> bool:
    if one.day == best.day:
        return True
    parsed = timestamps.parse(one.text, None)
    return parsed is not None and parsed.precision != "day" and abs(one.day - best.day) <= timedelta(1)
