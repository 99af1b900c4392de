"""A cache of the rows of a site. Only the owner of the claim changes them, so no row has to be read twice."""

from collections.abc import Iterable, Mapping

from ecnscrawl.frontier.postgres.changes import Changes
from ecnscrawl.frontier.postgres.reads import IdState, Reads
from ecnscrawl.frontier.records import ListingSnapshot

MAX_CACHED = 20_000  #: ids whose rows are kept in memory: some 20 MB
_AT_ONCE = 5_000  # ids in one statement: a sitemap may name 50,000


class CachedReads:
    """Reads rows of ids, listings and single values from the database, each of them once."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._ids: dict[str, IdState] = {}
        self._listings: dict[str, ListingSnapshot | None] = {}  #: by URL
        self._facts: dict[str, str | int] | None = None  #: all of the site; a crawl asks for some at each page

    def prefetch(self, ids: Iterable[str]) -> None:
        """Read the rows of those of these ids that are not cached, in few statements."""
        if missing := [id_ for id_ in ids if id_ not in self._ids]:
            if len(self._ids) > MAX_CACHED:
                self._ids = dict(list(self._ids.items())[MAX_CACHED // 2 :])
            for start in range(0, len(missing), _AT_ONCE):
                self._ids |= self._reads.all_of(missing[start : start + _AT_ONCE])

    def id_state(self, id_: str) -> IdState:
        """Return the rows of an id."""
        if id_ not in self._ids:
            self.prefetch([id_])
        return self._ids[id_]

    def listing(self, url: str) -> ListingSnapshot | None:
        """Return the row of a listing page; None if there is none."""
        if url not in self._listings:
            self._listings[url] = self._reads.listing(url)
        return self._listings[url]

    def facts(self) -> Mapping[str, str | int]:
        """Return all single values."""
        if self._facts is None:
            self._facts = self._reads.facts()
        return self._facts

    def note_written(self, written: Changes) -> None:
        """Note that these changes are in the database."""
        for id_ in {*written.articles, *written.pending, *written.forgotten} & self._ids.keys():
            known = self._ids[id_]
            self._ids[id_] = IdState(
                written.articles.get(id_, known.article),
                written.pending.get(id_, known.pending),
                known.is_forgotten or id_ in written.forgotten,
            )
        self._listings |= written.listings
        if self._facts is not None:
            facts = self._facts | written.facts
            self._facts = {name: value for name, value in facts.items() if value is not None}
