"""Score title, day, authors, pictures and captions on public sets of news pages, peers beside ours in the same run.

Run `python -m bench.reading.fields FOLDER`; the folder holds the sets as `sets` describes it. A set is divided into two
halves by host. The first rules were made with the first half of each set in view, later ones with pages of both.

The rules of the measures:

- A title is right if it has the same letters and digits in the same order; case, spaces and punctuation do not count.
- A day is right if the record's `published_at`, which is in UTC, is on the day that the set names. The sets name days
  of the page's own clock, so `day as written`, the day in the text of the page, is what compares with peers.
- Authors are right if they are the same names, in any order, without degrees. For pages without an author, the score
  is the share of those on which none is found.
- Pictures: F1 of each page's pictures, the mean over all pages. A picture is right if one of the addresses that the set
  gives for it is of the same picture, in whatever size. Captions: the same with texts; a caption may have its credit.
"""

import argparse
import html
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import mean, median
from time import perf_counter

import ecnscrawl
from bench.reading.sets import Sample, load_sets
from ecnscrawl.exceptions import TooComplex
from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.bylines import names_in
from ecnscrawl.pages.generic.fields import GenericFields
from ecnscrawl.pages.generic.picture_addresses import picture_key, same_picture

_NO_WORD = re.compile(r"[\W_]+")
_MAX_CREDIT = 100  #: letters of a credit that a caption may have beyond the text that a set gives
_SAME_CAPTION = 0.7  #: F1 of words


@dataclass(frozen=True)
class Found:
    """The fields that a reader extracted from a page."""

    title: str | None = None
    day: date | None = None  #: in UTC
    written: date | None = None  #: the day as the page writes it
    authors: Sequence[str] = ()
    pictures: Sequence[str] = ()
    captions: Sequence[str] = ()


Reader = Callable[[Sample], Found]


@dataclass
class Scores:
    """The scores of the pages of a set, by measure, from 0 to 1."""

    by_measure: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, sample: Sample, found: Found) -> None:
        """Add those measures of a page that its set says something about."""
        truth, add = sample.truth, self.by_measure
        if truth.title:
            add["title"].append(_key(found.title or "") == _key(truth.title))
        if truth.day:
            add["day"].append(found.day == truth.day)
            add["day as written"].append(found.written == truth.day)
        if truth.authors:
            names = {_key(name) for each in truth.authors for name in names_in(each)} or {_key(truth.authors[0])}
            add["authors"].append({_key(name) for name in found.authors} == names)
        elif truth.authors == ():
            add["no author"].append(not found.authors)
        if truth.pictures is not None:
            add["pictures"].append(_f1(found.pictures, truth.pictures, _is_picture))
            add["captions"].append(_f1(found.captions, truth.captions or (), _is_caption))


def ours(sample: Sample) -> Found:
    """Read a page by `ecnscrawl.extract`."""
    try:
        article = ecnscrawl.extract(sample.markup, sample.url)
    except TooComplex:
        article = None
    if article is None:
        return Found()
    written = GenericFields(Document(Source(sample.url, sample.markup))).published_at()
    return Found(
        article.title,
        date.fromisoformat(article.published_at[:10]) if article.published_at else None,
        date.fromisoformat(written[0][:10]) if written else None,
        article.authors,
        [image.url for image in article.images],
        [image.caption for image in article.images if image.caption],
    )


def trafilatura_metadata(sample: Sample) -> Found:
    """Read a page by trafilatura, which takes its days from htmldate; with our decoding of the bytes."""
    import trafilatura  # noqa: PLC0415 - a peer
    from trafilatura.settings import Document as Read  # noqa: PLC0415

    read = trafilatura.bare_extraction(_text(sample), url=sample.url, with_metadata=True, include_comments=False)
    if not isinstance(read, Read):
        return Found()
    names = [name.strip() for name in (read.author or "").split(";")]
    day = date.fromisoformat(read.date) if read.date else None
    return Found(read.title, day, day, [name for name in names if name], [read.image] if read.image else [])


READERS: dict[str, Reader] = {"ours": ours, "trafilatura": trafilatura_metadata}


def main() -> None:
    """Print a table of all sets in the folder that the user names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", action="append", dest="names", help="only this set")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only this half of each set")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for name, samples in load_sets(options.folder).items():
        if options.names and name not in options.names:
            continue
        if any(each.truth.title or each.truth.day or each.truth.pictures for each in samples):
            for half in (0, 1) if options.half is None else (options.half,):
                print_scores(name, half, [each for each in samples if each.half == half])


def print_scores(name: str, half: int, samples: Sequence[Sample]) -> None:
    """Print what each reader gets on one half of a set."""
    print(f"{name}, half {half}, {len(samples)} pages")
    for reader_name, read in READERS.items():
        scores, seconds = Scores(), []
        for sample in samples:
            _ = sample.markup
            begun = perf_counter()
            try:
                found = read(sample)
            except (ValueError, AttributeError, RecursionError):  # a peer fails on a page
                found = Found()
            seconds.append(perf_counter() - begun)
            scores.add(sample, found)
        cells = [f"{measure} {mean(each):.3f} ({len(each)})" for measure, each in scores.by_measure.items()]
        print(f"  {reader_name:12} {'  '.join(cells)}  {median(seconds) * 1000:.0f} ms")


def _key(text: str) -> str:
    return _NO_WORD.sub("", html.unescape(text).casefold())


def _text(sample: Sample) -> str:
    return decode(sample.markup, None, "gb18030")


def _f1(found: Sequence[str], truths: Sequence[object], is_same: Callable[[str, object], bool]) -> float:
    left = list(truths)
    right = 0
    for each in found:
        match = next((truth for truth in left if is_same(each, truth)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return 2 * right / (len(found) + len(truths)) if found or truths else 1.0


def _is_picture(address: str, truth: object) -> bool:
    assert isinstance(truth, frozenset)
    return any(picture_key(address) == picture_key(each) or same_picture(address, each) for each in truth)


def _is_caption(caption: str, truth: object) -> bool:
    text = str(truth)
    if _key(text) in _key(caption) and len(caption) - len(text) <= _MAX_CREDIT:
        return True
    one, other = _words(caption), _words(text)
    return 2 * (one & other).total() >= _SAME_CAPTION * (one.total() + other.total())


def _words(text: str) -> Counter[str]:
    return Counter(_split(text.casefold()))


def _split(text: str) -> Iterable[str]:
    return (word for word in _NO_WORD.split(text) if word)


if __name__ == "__main__":
    main()
