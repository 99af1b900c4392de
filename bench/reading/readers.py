"""Readers of news pages to compare: ours, and trafilatura in its two modes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import trafilatura

from bench.reading.sets import Sample
from ecnscrawl.exceptions import TooComplex
from ecnscrawl.extraction import extract


@dataclass(frozen=True)
class Reading:
    """The body that a reader extracted from a page, and the time that it took."""

    body: str
    seconds: float  #: of processor time, for all fields


def ours(sample: Sample) -> Reading:
    """Read a page as `ecnscrawl.extract` does, by the generic reader."""
    start = time.process_time()
    try:
        article = extract(sample.markup, sample.url)
    except TooComplex:
        article = None
    return Reading((article and article.body) or "", time.process_time() - start)


def trafilatura_default(sample: Sample) -> Reading:
    """Read a page by trafilatura, with its metadata."""
    return _trafilatura(sample)


def trafilatura_precision(sample: Sample) -> Reading:
    """Read a page by trafilatura, which prefers too little to too much."""
    return _trafilatura(sample, favor_precision=True)


def _trafilatura(sample: Sample, *, favor_precision: bool = False) -> Reading:
    start = time.process_time()
    document = trafilatura.bare_extraction(
        sample.markup, url=sample.url, favor_precision=favor_precision, include_comments=False, with_metadata=True
    )
    seconds = time.process_time() - start
    return Reading(getattr(document, "text", None) or "", seconds)


#: Name in the tables -> reader. The times of the others are divided by those of the second.
READERS: dict[str, Callable[[Sample], Reading]] = {
    "ecnscrawl": ours,
    "trafilatura": trafilatura_default,
    "its precision mode": trafilatura_precision,
}
