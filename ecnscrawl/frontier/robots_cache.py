"""Keep the rules of each host's robots.txt for a day, as RFC 9309 allows, for all crawls of a process."""

from collections.abc import Callable
from dataclasses import dataclass

MAX_AGE = 24 * 3600.0  #: seconds: RFC 9309, 2.4
MAX_BYTES = 50_000_000  #: of all rules together: mostly a kilobyte each, but 500 are allowed
_ENTRY_BYTES = 300  #: that an entry takes besides its rules


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What a host's robots.txt says to one crawler."""

    rules: bytes | None  #: its own rules, as one group; None if there is no such file, which allows everything
    sitemaps: tuple[str, ...] = ()  #: that the file names for all

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return _ENTRY_BYTES + len(self.rules or b"") + sum(map(len, self.sitemaps))


class RobotsCache:
    """The files that were fetched or found missing. One that could not be fetched is not kept: the next run tries.

    >>> now = 0.0
    >>> cache = RobotsCache(lambda: now)
    >>> cache.put("https://example.org", "ecnscrawl", RobotsFile(b"User-agent: *\\nDisallow: /private\\n"))
    >>> cache.get("https://example.org", "ecnscrawl").rules
    b'User-agent: *\\nDisallow: /private\\n'
    >>> now = 24 * 3600.0
    >>> cache.get("https://example.org", "ecnscrawl")
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds, and never goes back."""
        self._clock = clock
        self._files: dict[tuple[str, str], tuple[float, RobotsFile]] = {}  #: the oldest first
        self._bytes = 0

    def get(self, host: str, token: str) -> RobotsFile | None:
        """Return the file of a host for the crawler with this product token; None if it has to be fetched.

        `host` has scheme and port, because each of them has a file of its own: `https://example.org`.
        """
        at, file = self._files.get((host, token), (0.0, None))
        return file if file is not None and self._clock() - at < MAX_AGE else None

    def put(self, host: str, token: str, file: RobotsFile) -> None:
        """Keep a file that was fetched now. The oldest ones are dropped if all together become too large."""
        self._drop((host, token))
        self._files[host, token] = (self._clock(), file)
        self._bytes += file.size
        while self._bytes > MAX_BYTES:
            self._drop(next(iter(self._files)))

    def _drop(self, key: tuple[str, str]) -> None:
        if found := self._files.pop(key, None):
            self._bytes -= found[1].size
