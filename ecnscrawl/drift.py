"""Whether the site has changed under us: a pure function of which rung gave each field, record by record.

A history holds a letter for each field of each record, oldest first: `l` for the layout's own selectors, `m`, `t`,
`g` and `f` for metadata, the text's marks, the generic reader and the feed, `-` where nothing gave it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from ecnscrawl.items import Article

History = Mapping[str, str]

FIELDS = ("title", "published_at", "source", "editor", "section", "summary", "body", "images", "videos")
MEDIA = ("body", "images", "videos")  #: what the rung `blocks` gives, in one pass over the text
LAYOUT, NOTHING = "l", "-"
RUNGS = {"l": "layout", "m": "metadata", "t": "text", "g": "generic", "f": "feed"}
_LOWER = {"m": "metadata", "t": "the text", "g": "the generic reader", "f": "the feed"}

RECENT = 50  #: records that are judged: a day's news
BEFORE = 200  #: records before them that they are held against
FIRM = 100  #: where this many records nearly all had a field from the layout,
FIRM_SHARE = 0.98
RUNNING = 5  #: this many in a row without it are no chance
COLLAPSE = 0.5  #: of the share before
DEVIATIONS = 4  #: standard deviations: what chance does to fifty records less than once in 30,000 judgements
#: The share that the layout must give until there is a history: what every page has, and what nearly all have.
FLOORS = {"title": 0.9, "published_at": 0.9, "body": 0.5, "source": 0.5, "editor": 0.5}


@dataclass(frozen=True)
class Drift:
    """A field that is no longer read as it was."""

    code: str  #: `layout-lost` or `coverage-lost`
    field: str
    message: str


def source_letters(article: Article, rungs: Mapping[str, str]) -> dict[str, str]:
    """Which rung gave each field of a record; the rungs by their names."""
    found = {}
    for field in FIELDS:
        rung = rungs.get("blocks" if field in MEDIA else field)
        found[field] = rung[0] if rung and getattr(article, field) else NOTHING
    return found


def extend_history(before: History, now: History) -> dict[str, str]:
    """The history to keep after a run."""
    return {field: (before.get(field, "") + now.get(field, ""))[-(RECENT + BEFORE) :] for field in FIELDS}


def find_drift(before: History, now: History, sample: int) -> list[Drift]:
    """The fields that have collapsed, by what a run's records show; none where it stored none.

    `sample` is the number of records that fixed floors need.
    """
    return [drift for field in FIELDS if now.get(field) and (drift := _drift(field, before, now, sample))]


def _drift(field: str, before: History, now: History, sample: int) -> Drift | None:
    pool = extend_history(before, now)[field]
    mine = now[field]
    recent = pool[-RECENT:]
    base = (before.get(field, "") + mine)[: -max(RECENT, len(mine))][-BEFORE:]
    was = _share(pool[: -len(mine)], LAYOUT)
    if pool != mine and LAYOUT in mine and _share(mine, LAYOUT) >= was * COLLAPSE:
        return None  # this run's own records are well: what the pool remembers is over
    if len(base) >= BEFORE:
        was_layout, was_filled = _share(base, LAYOUT), 1 - _share(base, NOTHING)
        if _has_collapsed(_share(recent, LAYOUT), was_layout, len(recent)):
            return Drift("layout-lost", field, f"{_sources_message(field, mine)}, was {was_layout:.0%}")
        if _has_collapsed(1 - _share(recent, NOTHING), was_filled, len(recent)):
            filled = len(mine) - mine.count(NOTHING)
            return Drift("coverage-lost", field, f"{field}: {filled} of {len(mine)} filled, was {was_filled:.0%}")
    elif len(judged := mine if len(mine) >= sample else recent) >= sample and (
        _share(judged, LAYOUT) < FLOORS.get(field, 0)
    ):
        return Drift("layout-lost", field, f"{_sources_message(field, mine)}, expected {FLOORS[field]:.0%}")
    firm, running = pool[-RUNNING - FIRM : -RUNNING], pool[-RUNNING:]
    if len(firm) == FIRM and _share(firm, LAYOUT) >= FIRM_SHARE and LAYOUT not in running:
        return Drift("layout-lost", field, f"{_sources_message(field, mine)}, was {_share(firm, LAYOUT):.0%}")
    return None


def _has_collapsed(share: float, before: float, records: int) -> bool:
    """Whether a share fell to less than half, and further than chance takes it."""
    chance = DEVIATIONS * sqrt(before * (1 - before) / records)
    return share < before * COLLAPSE and share < before - chance


def _sources_message(field: str, mine: str) -> str:
    """`title: 0 of 31 from the layout, 31 from metadata`."""
    others = [f"{mine.count(letter)} from {rung}" for letter, rung in _LOWER.items() if letter in mine]
    others += [f"{mine.count(NOTHING)} without"] if NOTHING in mine else []
    return ", ".join([f"{field}: {mine.count(LAYOUT)} of {len(mine)} from the layout", *others])


def _share(letters_: str, letter: str) -> float:
    return letters_.count(letter) / len(letters_) if letters_ else 0.0
