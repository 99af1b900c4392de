"""Decide, as a crawl does, what the pages of a site without a written profile are: articles, or walls before them."""

from collections.abc import Iterator

from ecnscrawl.crawling.article_judge import SAME_TEXT
from ecnscrawl.crawling.repeated_bodies import RepeatedBodies
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import other_address_reason
from ecnscrawl.frontier.remembered_texts import TEXTS, encoded, remembered_texts
from ecnscrawl.visits import FetchResult, Visit


class ArchiveJudge:
    """Holds the newest visits until it is clear that their text is not that of every address."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._bodies = RepeatedBodies(remembered_texts(state))
        self._yielded: set[str] = set()

    def take(self, visit: Visit) -> Iterator[Visit]:
        """Take a visit with a record; yield those that are clear now."""
        for each in self._bodies.hold(visit):
            yield self._decided(each)

    def release(self) -> Iterator[Visit]:
        """Yield the visits that are held."""
        for each in self._bodies.release():
            yield self._decided(each)

    def remember(self) -> None:
        """Let the state know the texts that were seen."""
        self._state.set_meta(TEXTS, encoded(self._bodies.remembered))

    def _decided(self, visit: Visit) -> Visit:
        if self._bodies.is_wall(visit):
            visit.result, visit.reasons = FetchResult.FAILED, [SAME_TEXT]
        elif visit.reasons:
            visit.result = FetchResult.NO_ARTICLE
        elif visit.requested and (visit.address.id in self._yielded or self._state.article(visit.address.id)):
            visit.result, visit.reasons = FetchResult.ALIAS, [other_address_reason(visit.address.url)]
        else:
            self._yielded.add(visit.address.id)
        return visit
