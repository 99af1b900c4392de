"""Hold articles back until it is clear that their text is not that of every address, as a cookie wall's is."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ecnscrawl.visits import Visit

MAX_HELD = 10  #: articles: a wall shows itself on the first pages
MIN_ADDRESSES = 3  #: with one text; two may be an article that stands at two addresses
MAX_KNOWN = 20  #: texts of walls that are remembered


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
    """Compares the texts of the articles of one run with each other, and with the walls of earlier runs."""

    def __init__(self, walls: Iterable[str] = ()) -> None:
        """`walls` are what earlier runs have found, as `walls` returns it."""
        self._walls = dict.fromkeys(walls)
        self._seen: dict[str, _Body] = {}
        self._read = 0
        self._held: deque[Visit] = deque()

    @property
    def walls(self) -> list[str]:
        """Digests of the texts that stand at many addresses, the newest last."""
        return list(self._walls)[-MAX_KNOWN:]

    def hold(self, visit: Visit) -> Iterator[Visit]:
        """Add an article that was read; yield those that are held no longer."""
        assert visit.article is not None
        self._held.append(visit)
        if visit.article.body:
            self._read += 1
            body = self._seen.setdefault(_digest(visit.article.body), _Body())
            body.seen.add(((visit.requested or visit.address).url, visit.address.url))
            body.titles.add(visit.article.title)
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
        return False


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]
