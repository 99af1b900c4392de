"""Statistics of articles and records, which are restored if the records themselves are lost."""

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ecnscrawl.items import Article
from ecnscrawl.monitoring.drift import LAYOUT, source_letters, source_of
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.visits import FetchResult, Outcome, Visit

MAX_ADDRESSES = 50  #: failing addresses and the like that a report lists
MAX_SAMPLES = 3  #: responses kept for each field
MAX_SAMPLE_BYTES = 500_000  #: of each; whole samples of the largest pages, for ten fields, would fill the memory

#: The outcomes that every report counts, in its order.
COUNTED = (
    Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.REJECTED, Outcome.FAILED, Outcome.GONE,
)  # fmt: skip


_TAKEN = frozenset({Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE})
_WORST_FIRST = (Ending.UNSEEN, Ending.UNMARKED)


@dataclass
class RecordStats:
    """Statistics of articles and records. They are restored if the records themselves are lost."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  #: of failures and rejections
    rejected_at_first: int = 0  #: new articles that were rejected, without those that an earlier run has rejected too
    skipped: Counter[str] = field(default_factory=Counter)  #: reasons for links that led to no article of their own
    failing: list[tuple[str, str]] = field(default_factory=list)  #: address, reason
    incomplete: list[str] = field(default_factory=list)  #: addresses of articles stored without all of their pages
    endings: Counter[Ending] = field(default_factory=Counter)  #: of articles that were read and not rejected
    #: Seconds from publication to storing, of new articles; an array, because a first run stores tens of thousands.
    ages: "array[int]" = field(default_factory=lambda: array("q"))
    sections: Counter[str] = field(default_factory=Counter)  #: of stored records
    hours: Counter[int] = field(default_factory=Counter)  #: of publication, UTC
    with_page: int = 0  #: stored records whose page was archived
    records: int = 0
    filled: Counter[str] = field(default_factory=Counter)  #: records in which the key is not null or empty, by key
    by_extractor: dict[str, Counter[str]] = field(default_factory=dict)  #: the same, by key and name of the extractor
    letters: dict[str, bytearray] = field(default_factory=dict)  #: the history of this run's records, by field
    #: Pages whose layout did not give a field, by field; and pages that show no end, by the name of their Ending.
    samples: dict[str, list[Source]] = field(default_factory=dict)

    def add_record(self, article: Article, extractors: Mapping[str, str], source: Source) -> None:
        """Count which keys of a stored record are filled, and by which extractors, given by field.

        For fields that the layout did not give, keep the first responses, for the person who repairs the layout.
        """
        self.records += 1
        self.sections[article.section or "-"] += 1
        if article.published_precision != "day":  # a day has no hour to count
            published = from_text(article.published_at)
            self.hours[published.hour] += 1
            if article.revision == 1:
                self.ages.append(max(0, int((from_text(article.fetched_at) - published).total_seconds())))
        for key, value in vars(article).items():
            if value is None or value == []:
                continue
            self.filled[key] += 1
            if value and (extractor := source_of(key, extractors)):
                if key not in self.by_extractor:
                    self.by_extractor[key] = Counter()
                self.by_extractor[key][extractor] += 1
        for field_, letter in source_letters(article, extractors).items():
            self.letters.setdefault(field_, bytearray()).extend(letter.encode())
            if letter != LAYOUT:
                self._add_sample(field_, source)

    def add(self, visit: Visit) -> None:
        """Count the outcome of a visit. Must be called once for each visit."""
        outcome = visit.outcome
        self.counts[outcome] += 1
        is_new = visit.known is None and not (visit.pending and visit.pending.attempts)
        self.rejected_at_first += is_new and outcome is Outcome.REJECTED
        if outcome in (Outcome.FAILED, Outcome.REJECTED):
            reason = "; ".join(visit.reasons)
            self.reasons[reason] += 1
            if len(self.failing) < MAX_ADDRESSES:
                self.failing.append((visit.address.url, reason))
        if outcome is Outcome.SKIPPED:
            self.skipped[
                "another address of an article" if visit.result is FetchResult.ALIAS else visit.reasons[0]
            ] += 1
        if visit.is_incomplete:
            self.incomplete.append(visit.address.url)
        if visit.endings and outcome in _TAKEN:
            self._add_ending(next((each for each in _WORST_FIRST if each in visit.endings), visit.endings[0]), visit)

    def _add_ending(self, ending: Ending, visit: Visit) -> None:
        """Count how an article ends: by its most doubtful page."""
        self.endings[ending] += 1
        if ending in _WORST_FIRST and visit.source is not None:
            self._add_sample(ending.name, visit.source)

    def _add_sample(self, name: str, source: Source) -> None:
        if len(kept := self.samples.setdefault(name, [])) < MAX_SAMPLES:
            kept.append(replace(source, body=source.body[:MAX_SAMPLE_BYTES]))

    @property
    def history(self) -> dict[str, str]:
        """The history of this run's records; see `drift`."""
        return {name: letters.decode() for name, letters in self.letters.items()}

    @property
    def visits(self) -> int:
        """The number of articles that were visited, without links that led to no article of their own."""
        return sum(self.counts.values()) - self.counts[Outcome.SKIPPED]

    def snapshot(self) -> dict[str, Any]:
        """Return a copy of these statistics, for `restore`."""
        return {each.name: _copied(getattr(self, each.name)) for each in fields(RecordStats)}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Undo what was counted since the snapshot. Requests and responses stay counted."""
        for name, value in snapshot.items():
            setattr(self, name, _copied(value))


def _copied(value: Any) -> Any:
    """Return a copy deep enough that counting changes only one of them."""
    if isinstance(value, Counter | list):
        return value.copy()
    if isinstance(value, array | bytearray):
        return value[:]
    return {key: _copied(each) for key, each in value.items()} if isinstance(value, dict) else value
