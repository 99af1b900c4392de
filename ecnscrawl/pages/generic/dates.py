"""Find when a news page was published: by what it states for programs, else by what it shows near the headline."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document, selector
from ecnscrawl.pages.generic.date_forms import FoundDate, find_dates, month_names
from ecnscrawl.pages.generic.byline_words import STARTS
from ecnscrawl.pages.generic.furniture import is_foreign
from ecnscrawl.pages.generic.json_ld import LinkedData
from ecnscrawl.pages.generic.surroundings import NearText, all_texts

#: The names of `<meta>` elements that state the time of publication, the most reliable first.
PUBLISHED_METAS = tuple(
    "article:published_time og:article:published_time og:published_time article.published article:published"
    " datepublished publishdate publish_date publish-date pubdate date_published published_time publication_date"
    " publication-date originalpublicationdate article_date_original parsely-pub-date sailthru.date"
    " cxenseparse:recs:publishtime cxenseparse:publishtime rnews:datepublished vr:published_time bt:pubdate"
    " dc.date.issued dcterms.issued dc.issued dc.date.created dcterms.created dc.created dc.date dcterms.date"
    " citation_publication_date citation_date displaydate ptime created createdate date".split()
)
# Objects in scripts, as the frameworks of pages write them: "datePublished":"2026-08-03T09:30:00Z"
_SCRIPTED = re.compile(
    r"""\\?["'](?:datePublished|publishedAt|published_at|publishDate|publish_date|publishedDate|firstPublished(?:Date|At)?"""
    r"""|first_published_at|publicationDate|publication_date|pubDate|published_time)\\?["']\s*:\s*\\?["']"""
    r"""(\d{4}-\d{2}-\d{2}[^"'\\]{0,30})"""
)
_MAX_SCRIPTS = 3_000_000  #: characters of a page that are searched
_IN_PATH = re.compile(
    r"/(?:[a-z-]*[_-])?(?P<year>20\d\d|19\d\d)[/-]?(?P<month>\d\d|[a-z]{3,9})[/-]?(?P<day>\d\d)(?!\d)", re.IGNORECASE
)
_UPDATED = re.compile(
    r"updat|modif|edited|revis|aktualisiert|geändert|mis à jour|mise à jour|actualizad|atualizad|aggiornat|bijgewerkt"
    r"|zaktualizowan|обновл|更新|最終更新|수정|güncelle"
    r"|diperbarui|cập nhật|تحديث|עודכן|uppdater|oppdater|opdater|päivitet",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"publish|posted|post(?:ed)? on|created|written|releas|issued|added|veröffentlicht|erschienen|erstellt|stand|publié"
    r"|paru|publicad|pubblicat|gepubliceerd|geplaatst|opublikowan|publicer|publisert|julkaistu|yayın|опубликован|дата"
    r"|发布|發布|公開|掲載|입력|نشر|פורסם",
    re.IGNORECASE,
)
# What stands before a day that is not that of publication: of an event, of figures, of a source.
_OTHER_DAY = re.compile(
    r"(?:(?<!\w)(?:as of|accessed|retrieved|recorded|ends?|ending|starts?|starting|begins?|beginning|opens?|until|till"
    r"|through|from|since|before|after|expires?|due|deadline|valid|born|died|founded|between|effective|bis|ab|seit"
    r"|jusqu['’]au|depuis|dès|hasta|desde|fino al|dal|até|до|с|截至)(?: (?:on|zum|dem|le|el))?\W{0,3}|\d ?[-–—] ?)\Z",
    re.IGNORECASE,
)
_ON = re.compile(r"(?<!\w)(?:on|am|le|el|il|den|op|em)\s*\Z", re.IGNORECASE)
_TO = re.compile(r"\s*(?:[-–—]|to|until|bis|au|al|a|till|до|至|から)\s*", re.IGNORECASE)
_EPOCH = re.compile(r"(1\d{9})(\d{3})?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_MAX_MARKED = 20  #: elements that are read
_MAX_BESIDE = 60  #: characters beside the days of a text that shows them
_FIRST_SHOWN = 1991  #: the first year of the web: an older day in a text is one that the article tells of
_CLOSE = 12  #: texts after the headline
_MARKED = selector("//*[contains(@itemprop, 'datePublished')] | //time[@pubdate]")
_MAX_TEXTS = 3000  #: of a page that are searched
_YEAR = re.compile(r"(?:19|20|25)\d\d")
_DATE_NAME = re.compile(r"date|publish|posted", re.IGNORECASE)


IsOwn = Callable[[HtmlElement, bool], bool]


def any_element(_: HtmlElement, __: bool) -> bool:
    """Take every element for the article's."""
    return True


@dataclass(frozen=True, slots=True)
class Stated:
    """A time of publication as `timestamps.parse` reads it, and where it was found."""

    text: str
    day: date
    origin: str


def machine_readable(page: Document, linked: LinkedData, language: str) -> Iterator[Stated]:
    """Yield the times of publication that a page states for programs, the most reliable first."""
    for node in (linked.article, linked.page):
        yield from stated_times("json-ld", [node.get("datePublished")], language)
    for name in PUBLISHED_METAS:
        yield from stated_times("og" if ":" in name else "meta", [page.metas.get(name)], language)
    for element in page.all(_MARKED)[:_MAX_MARKED]:
        shown = element.get("content") or element.get("datetime") or clean(element.text_content()[:200])
        yield from stated_times("itemprop", [shown], language)
    yield from stated_times("json-ld", [linked.article.get("dateCreated"), linked.article.get("uploadDate")], language)


def stated_times(origin: str, texts: Iterable[object], language: str) -> Iterator[Stated]:
    """Yield the times in values of metadata, which may be lists. A time in an ambiguous zone counts as its day."""
    for text in texts:
        value = next(iter(text), None) if isinstance(text, list) else text
        if isinstance(value, str | int) and (found := read_time(str(value), language)):
            yield Stated(found.iso, found.day, origin)


def read_time(text: str, language: str = "en") -> FoundDate | None:
    """Return the time in a value of metadata, which also may be 20260803, or the seconds since 1970."""
    text = clean(text[:200])
    if match := _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(int(match[1]), UTC)
        return FoundDate(at.date(), f"{at:%H:%M:%S} Z", 0, len(text))
    if match := _COMPACT.fullmatch(text):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
        return FoundDate(day, "", 0, len(text))
    return next(iter(find_dates(text, language)), None)


def scripted(page: Document) -> Iterator[Stated]:
    """Yield the first time of publication in the data of a page's scripts."""
    if match := _SCRIPTED.search(page.markup[:_MAX_SCRIPTS]):
        yield from stated_times("script", [match[1]], "en")


def in_path(url: str) -> date | None:
    """Return the day that the path of an address names.

    >>> in_path("https://www.example.org/world/2026/08/03/ferries.html")
    datetime.date(2026, 8, 3)
    """
    for match in _IN_PATH.finditer(urlsplit(url).path):
        try:
            month = match["month"]
            number = int(month) if month.isdigit() else month_names("en")[month.lower()]
            return date(int(match["year"]), number, int(match["day"]))
        except (ValueError, KeyError):
            continue
    return None


def visible(near: Sequence[NearText], language: str, is_own: IsOwn = any_element) -> Iterator[tuple[Stated, int, bool]]:
    """Yield the days that a page shows near its headline, with their distance, and whether they are of an update.

    The nearest come first; those before the headline count as three times as far. A text that says more than a day is
    left out: it is a caption or a paragraph that tells of another day. `is_own` says whether an element is the article's.
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
        if not is_own(each.element, each.distance > 0):
            continue
        before = near[number - 1].text[-40:] if number else ""
        for one in found:
            if one.day.year < _FIRST_SHOWN or (origin == "visible-date" and _is_told(text, one, found)):
                continue
            own = text[: one.start][-40:] if origin == "visible-date" else text
            is_labelled = bool(_UPDATED.search(own) or (len(own) < 3 and _UPDATED.search(before)))
            yield Stated(one.iso, one.day, origin), each.distance, is_labelled or _is_updated(each.element)


def _is_told(text: str, one: FoundDate, found: Sequence[FoundDate]) -> bool:
    """Return whether a text tells of what happens on a day: the festival opens on 3 August 2026, 1-3 August 2026."""
    before = text[: one.start]
    if _OTHER_DAY.search(before) and not _PUBLISHED.search(before):
        return True
    if any(_TO.fullmatch(text[min(one.end, other.end) : max(one.start, other.start)]) for other in found if other != one):
        return True
    said = _ON.sub("", before)
    return (
        said != before
        and not (_PUBLISHED.search(said) or _UPDATED.search(said) or STARTS.match(said))
        and any(word[0].islower() for word in said.split())
    )


def _exact(element: HtmlElement, language: str) -> FoundDate | None:
    """Return the day that the `<time>` around a text states for programs."""
    for each in (element, element.getparent()):
        if each is not None and each.tag == "time" and (stated := each.get("datetime")):
            return read_time(stated, language)
    return None


def _is_updated(element: HtmlElement) -> bool:
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return bool(_UPDATED.search(named))


def elsewhere(page: Document, language: str, is_own: IsOwn = any_element) -> list[Stated]:
    """Return the day that a page shows far from its headline: in an element named after a date, or as its only one."""
    named: list[Stated] = []
    others: list[Stated] = []
    for each in all_texts(page.root, _MAX_TEXTS):
        if len(each.text) > _MAX_BESIDE or not _YEAR.search(each.text):
            continue
        exact = _exact(each.element, language)
        shown = find_dates(each.text, language)
        days = [one for one in shown if not _is_told(each.text, one, shown)] if shown else [exact] if exact else []
        if days and not is_own(each.element, False):
            continue
        for one in days:
            if not _UPDATED.search(each.text[: one.start]) and not _is_updated(each.element):
                is_named = _DATE_NAME.search(f"{each.element.get('class')} {each.element.get('id')}")
                (named if is_named else others).append(Stated(one.iso, one.day, "visible-date"))
    found = named or (others if len({each.day for each in others}) == 1 else [])
    return [each for each in found if each.day.year >= _FIRST_SHOWN]


def find_published(
    page: Document, linked: LinkedData, language: str, near: Sequence[NearText], heading: HtmlElement | None = None
) -> list[Stated]:
    """Return when the page was published, the best first: all of these agree on the day.

    What the page states for programs counts before what it shows, unless it shows an earlier day right below the
    headline: then the article was published again. Without both, the data of its scripts and its address count. The day
    of an update counts only on a page that names no other.
    """
    stated = list(machine_readable(page, linked, language))
    around = frozenset() if heading is None else frozenset(heading.iterancestors())

    def is_own(element: HtmlElement, is_near: bool) -> bool:
        return not is_foreign(element, page.url, around, is_near=is_near)

    shown = list(visible(near, language, is_own))
    first = [each for each, _, is_update in shown if not is_update]
    if stated:
        close = [each for each, distance, is_update in shown if 0 < distance <= _CLOSE and not is_update]
        if close and close[0].day < stated[0].day - timedelta(1):
            stated = [each for each in stated if abs(each.day - close[0].day) <= timedelta(1)] + close[:1]
        return _agreeing(stated[0], [*stated, *first])
    others = [*first, *elsewhere(page, language, is_own), *scripted(page)]
    if path := in_path(page.url):
        best = next((each for each in others if abs(each.day - path) <= timedelta(1)), None)
        return _agreeing(best or Stated(path.isoformat(), path, "url"), others)
    updates = [Stated(each.text[:10], each.day, "updated-date") for each, _, is_update in shown if is_update]
    return _agreeing(others[0], others) if others else updates[:1]


def _agreeing(best: Stated, others: Iterable[Stated]) -> list[Stated]:
    """Return the best with those of the others that a time zone could explain: they may state the time of day."""
    return [best, *(each for each in others if each != best and abs(each.day - best.day) <= timedelta(1))]
