"""Hold articles back until it is clear that their text is not that of every address, as a cookie wall's is."""

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ecnscrawl.frontier.remembered_texts import RememberedTexts
from ecnscrawl.visits import Visit

MAX_HELD = 10  #: articles: a wall shows itself on the first pages
MIN_ADDRESSES = 3  #: with one text; two may be an article that stands at two addresses
_MAX_WALLS = 20  # that are remembered
_MAX_RECENT = 200  # articles whose texts are remembered: an hourly run may read only one
_MAX_SEEN = 10_000  # texts that a run compares, the newest: about 10 MB


@dataclass
class _Body:
    seen: set[tuple[str, str]] = field(default_factory=set)  #: requested address, canonical address
    titles: set[str] = field(default_factory=set)

    @property
    def addresses(self) -> int:
        """How many addresses show it. Those that name another one of them as their own count as that one."""
        requested = {address for address, _ in self.seen}
        return len({canonical if canonical in requested else address for address, canonical in self.seen})


class RepeatedBodies:
    """Compares the texts of the articles of one run with each other, and with those of earlier runs."""

    def __init__(self, before: RememberedTexts | None = None) -> None:
        """`before` is what earlier runs remember."""
        self._before = before or RememberedTexts()
        self._walls = dict.fromkeys(self._before.walls)
        self._recent: dict[tuple[str, str], str] = {}
        self._seen: dict[str, _Body] = {}
        self._read = 0
        self._held: deque[Visit] = deque()
        for digest, address, title in self._before.recent:
            self._recent[digest, address] = title
            self._note(digest, address, address, title)

    @property
    def remembered(self) -> RememberedTexts:
        """What later runs are to compare with."""
        recent = [(digest, address, title) for (digest, address), title in self._recent.items()]
        return RememberedTexts(list(self._walls)[-_MAX_WALLS:], recent[-_MAX_RECENT:])

    def hold(self, visit: Visit) -> Iterator[Visit]:
        """Add an article that was read; yield those that are held no longer."""
        assert visit.article is not None
        self._held.append(visit)
        if visit.article.body:
            self._read += 1
            requested = visit.requested or visit.address
            self._note(_digest(visit.article.body), requested.url, visit.address.url, visit.article.title)
        if len(self._held) > MAX_HELD:
            yield self._held.popleft()

    def release(self) -> Iterator[Visit]:
        """Yield all that are held, because no further article is on its way."""
        while self._held:
            yield self._held.popleft()

    def is_wall(self, visit: Visit) -> bool:
        """Whether the text of an article stands at so many addresses that it is none.

        An article may stand at several addresses too, but then under one headline, and it is not most of the site.
        """
        if visit.article is None or not visit.article.body:
            return False
        digest = _digest(visit.article.body)
        body = self._seen.get(digest, _Body())
        is_repeated = body.addresses >= MIN_ADDRESSES
        if digest in self._walls or (is_repeated and (len(body.titles) > 1 or 2 * body.addresses > self._read)):
            self._walls[digest] = None
            return True
        self._recent[digest, visit.address.url] = visit.article.title
        if len(self._recent) > _MAX_RECENT:
            del self._recent[next(iter(self._recent))]
        return False

    def _note(self, digest: str, requested: str, canonical: str, title: str) -> None:
        body = self._seen.setdefault(digest, _Body())
        body.seen.add((requested, canonical))
        body.titles.add(title)
        if len(self._seen) > _MAX_SEEN:
            del self._seen[next(iter(self._seen))]


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]
