"""Read archives: which of their responses count, and what worker processes read of each, in the order of the files.

What comes of one archive depends on no other one, so that several machines can read several archives. What depends on
the order of all pages is decided afterwards, in `job`.
"""

import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecnscrawl.reading.reader import reason_of
from ecnscrawl.reextraction.further import REDIRECTS, further_page_of, is_followed, key_of, shard_key
from ecnscrawl.reextraction.messages import decode_read, encode_page, read_encoded
from ecnscrawl.reextraction.page import PageRead, PageToRead
from ecnscrawl.reextraction.sites import Hops, Sites, article_of, may_be_feed, profile_for, with_ascii_host
from ecnscrawl.storage.archive.reader import ArchivedResponse, OnProblem, read_responses
from ecnscrawl.workers.failures import WorkerFailure
from ecnscrawl.workers.ordered import OrderedPool

_BATCH, _BATCH_BYTES = 100, 1024 * 1024  # pages that a worker reads at once: at most so many, of so many bytes
#: What a worker loads.
MODULES = ("ecnscrawl.reextraction.messages", "ecnscrawl.reading.warm_up")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages of the archives count."""

    only: str | None = None  #: one site: the name of a written profile, or a host
    shard: tuple[int, int] = (1, 1)  #: the second of five shards of the articles is (2, 5)


def read_archives(
    files: Iterable[Path],
    selection: Selection,
    pool: OrderedPool,
    on_problem: OnProblem,
    wants: Callable[[PageToRead], bool] = lambda _: True,
) -> Iterator[tuple[PageToRead, PageRead]]:
    """Yield each response that counts with what was read of it, or why it could not be.

    Those that `wants` refuses are left out; it is asked some responses ahead. What is wrong with a file itself is
    passed to `on_problem`. Raises OSError if a file cannot be opened. Close the pool where not all is taken.
    """
    asked: deque[PageToRead] = deque()  # whose results have not come

    def encoded() -> Iterator[bytes]:
        for path in files:
            for each in pages_of(path, selection, on_problem):
                if wants(each):
                    asked.append(each)
                    yield encode_page(each)

    for _, result in pool.map(read_encoded, encoded(), _weight):
        each = asked.popleft()
        if isinstance(result, WorkerFailure):
            yield each, PageRead(problem=reason_of(result, pool.limits))
        elif isinstance(result, Exception):
            yield each, PageRead(problem=f"cannot be read: {type(result).__name__}")
        else:
            yield each, decode_read(result)


def _weight(page: bytes) -> float:
    """Return which part of a batch a response is: by its bytes, so that memory is bounded."""
    return 1 / _BATCH + len(page) / _BATCH_BYTES


def pages_of(path: Path, selection: Selection, on_problem: OnProblem) -> Iterator[PageToRead]:
    """Yield the responses of a file that may be pages of articles, feeds or sitemaps. Raises OSError."""
    sites, hops = Sites(selection.only), Hops()
    number, of = selection.shard
    for found in read_responses(path, on_problem):
        response = with_ascii_host(found)
        if response is None:
            if zlib.crc32(found.url.encode()) % of == number - 1:
                on_problem("a malformed address", found.place)
            continue
        if reason := sites.why_not_requested(response):
            if zlib.crc32(response.url.encode()) % of == number - 1:
                on_problem(reason, response.place)
            continue
        asked = _asked(response, sites, hops)
        if asked is None:
            continue
        ref = asked.ref
        if ref is None or of == 1 or zlib.crc32(shard_key(ref, profile_for(asked.site)).encode()) % of == number - 1:
            yield asked


def _asked(response: ArchivedResponse, sites: Sites, hops: Hops) -> PageToRead | None:
    key = sites.key_of(response)
    if key is None:
        return None
    profile = profile_for(key)
    ref = article_of(response, profile)
    if ref is None:
        return PageToRead(response, key, None) if may_be_feed(response) else None
    further = further_page_of(response, ref, profile)
    if response.status != 200 and ref.part == 1 and further is None:
        if response.status in REDIRECTS:
            hops.note(response, ref)
        return None
    if response.status in REDIRECTS and is_followed(response, ref, profile):
        return None
    requested = hops.requested(response, ref, profile) if ref.part == 1 and further is None else ref
    return PageToRead(response, key, requested, key_of(requested, profile), further) if requested else None
