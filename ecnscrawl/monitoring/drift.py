"""Detect that a site has changed its pages, by which source each field of each record was extracted from.

A history holds one letter for each field of each record, oldest first: `l` for the layout's own selectors, `m` for
metadata, `t` for marks in the text, `g` for the generic reader, `f` for the feed, `-` if the field is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from ecnscrawl.items import Article

History = Mapping[str, str]

FIELDS = ("title", "published_at", "source", "editor", "section", "summary", "body", "images", "videos")
MEDIA = ("body", "images", "videos")  #: fields that are extracted together, as `blocks`
LAYOUT, NOTHING = "l", "-"
EXTRACTORS = {"l": "layout", "m": "metadata", "t": "text", "g": "generic", "f": "feed"}
#: Names of extractors -> those above. Others are of the generic reader, which names the part that found a value.
FAMILIES = {
    **{name: name for name in EXTRACTORS.values()},
    **dict.fromkeys(("json-ld", "og", "meta", "itemprop", "html"), "metadata"),
    **dict.fromkeys(("byline", "h1", "time", "title", "updated-date", "visible-date"), "text"),
}
_LOWER = {"m": "metadata", "t": "the text", "g": "the generic reader", "f": "the feed"}

RECENT = 50  #: the newest records, which are checked: a day's news
BEFORE = 200  #: the records before them, with which they are compared
#: If FIRM_SHARE of FIRM records had a field from the layout, then RUNNING records in a row without it are not chance.
FIRM = 100
FIRM_SHARE = 0.98
RUNNING = 5
COLLAPSE = 0.5  #: a share below half of the earlier one is a collapse
DEVIATIONS = 4  #: standard deviations: chance moves fifty records this far less than once in 30,000 checks


@dataclass(frozen=True)
class Drift:
    """A field whose source has changed."""

    code: str  #: `layout-lost` or `coverage-lost`
    field: str
    message: str


def source_letters(article: Article, sources: Mapping[str, str]) -> dict[str, str]:
    """Return the history's letter for each field of a record; `sources` maps fields to the names of their sources."""
    found = {}
    for field in FIELDS:
        source = source_of(field, sources)
        found[field] = family_of(source)[0] if source and getattr(article, field) else NOTHING
    return found


def source_of(field: str, sources: Mapping[str, str]) -> str | None:
    """Return the name of the source of a record's field. Media come with the body, if they have none of their own.

    >>> source_of("images", {"blocks": "layout"}), source_of("images", {"blocks": "generic", "images": "lead"})
    ('layout', 'lead')
    """
    return sources.get(field) or (sources.get("blocks") if field in MEDIA else None)


def family_of(source: str) -> str:
    """Return which of the sources that a history tells apart a name belongs to.

    >>> family_of("json-ld"), family_of("lead")
    ('metadata', 'generic')
    """
    return FAMILIES.get(source, "generic")


def extend_history(before: History, now: History) -> dict[str, str]:
    """Return the history `before` extended by the records of this run, cut to the length that is compared."""
    return {field: (before.get(field, "") + now.get(field, ""))[-(RECENT + BEFORE) :] for field in FIELDS}


def find_drift(before: History, now: History, expected: Mapping[str, float], sample: int) -> list[Drift]:
    """Return the expected fields that have collapsed; [] if the run stored no record.

    `before` is the history before the run, `now` that of the run's records. `expected` maps each field that the site's
    pages have to the share, from 0 to 1, that the layout must give while there is no history; that holds from `sample`
    records on.
    """
    fields = (field for field in FIELDS if field in expected and now.get(field))
    return [drift for field in fields if (drift := _drift(field, before, now, expected[field], sample))]


def _drift(field: str, before: History, now: History, floor: float, sample: int) -> Drift | None:
    pool = extend_history(before, now)[field]
    mine = now[field]
    recent = pool[-RECENT:]
    base = (before.get(field, "") + mine)[: -max(RECENT, len(mine))][-BEFORE:]
    was = _share(pool[: -len(mine)], LAYOUT)
    if pool != mine and LAYOUT in mine and _share(mine, LAYOUT) >= was * COLLAPSE:
        return None  # this run's own records are fine, so an earlier problem that the pool still shows is over
    if len(base) >= BEFORE:
        was_layout, was_filled = _share(base, LAYOUT), 1 - _share(base, NOTHING)
        if _has_collapsed(_share(recent, LAYOUT), was_layout, len(recent)):
            return Drift("layout-lost", field, f"{_sources_message(field, mine)}, was {was_layout:.0%}")
        if _has_collapsed(1 - _share(recent, NOTHING), was_filled, len(recent)):
            filled = len(mine) - mine.count(NOTHING)
            return Drift("coverage-lost", field, f"{field}: {filled} of {len(mine)} filled, was {was_filled:.0%}")
    elif len(judged := mine if len(mine) >= sample else recent) >= sample and (_share(judged, LAYOUT) < floor):
        return Drift("layout-lost", field, f"{_sources_message(field, mine)}, expected {floor:.0%}")
    firm, running = pool[-RUNNING - FIRM : -RUNNING], pool[-RUNNING:]
    if len(firm) == FIRM and _share(firm, LAYOUT) >= FIRM_SHARE and LAYOUT not in running:
        return Drift("layout-lost", field, f"{_sources_message(field, mine)}, was {_share(firm, LAYOUT):.0%}")
    return None


def _has_collapsed(share: float, before: float, records: int) -> bool:
    """Whether a share fell below half of the earlier one, and by more than chance explains."""
    chance = DEVIATIONS * sqrt(before * (1 - before) / records)
    return share < before * COLLAPSE and share < before - chance


def _sources_message(field: str, mine: str) -> str:
    """Return for example `title: 0 of 31 from the layout, 31 from metadata`."""
    others = [f"{mine.count(letter)} from {source}" for letter, source in _LOWER.items() if letter in mine]
    others += [f"{mine.count(NOTHING)} without"] if NOTHING in mine else []
    return ", ".join([f"{field}: {mine.count(LAYOUT)} of {len(mine)} from the layout", *others])


def _share(letters_: str, letter: str) -> float:
    return letters_.count(letter) / len(letters_) if letters_ else 0.0
