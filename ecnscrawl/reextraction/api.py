"""`ecnscrawl.extract_warc`: the articles of a WARC file, for programs."""

import logging
from collections.abc import Iterator
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

from ecnscrawl import hints
from ecnscrawl.extraction import as_extracted
from ecnscrawl.items import ExtractedArticle
from ecnscrawl.reextraction.assembly import Assembled, Assembler
from ecnscrawl.reextraction.page import read_page
from ecnscrawl.reextraction.reading import Selection, pages_of

logger = logging.getLogger(__name__)


def extract_warc(path: str | PathLike[str]) -> Iterator[ExtractedArticle]:
    """Yield the articles of a WARC file (gzip, zstd or plain, of any maker), in its order, each version that it has.

    `fetched_at` is the WARC-Date of the first page. The pages of an article are joined; a response that is perhaps a
    further page waits for the first one, so it may come later if it is an article of its own. Sites with a profile are
    read by their own rules, others by the generic reader. What cannot be read is logged as a warning, and left out.
    Pages are read in this process, without the deadline of `scrapy reextract`; memory is bounded.

    Raises OSError if the file cannot be opened or is a pipe, and ImportError if FastWARC is missing: the extra
    `archive` has it.
    """
    if find_spec("fastwarc") is None:
        raise ImportError(f"reading WARC files needs FastWARC; {hints.install_extra('archive', 'fastwarc')}")
    assemblers: dict[str, Assembler] = {}
    for asked in pages_of(Path(path), Selection(), lambda what, where: logger.warning("%s: %s", where, what)):
        read = read_page(asked)
        if read.problem is not None:
            logger.warning("%s: %s", asked.response.place, read.problem)
            continue
        assembler = assemblers.get(asked.site.name)
        if assembler is None:
            assembler = assemblers[asked.site.name] = Assembler(asked.site)
        if asked.ref is None:
            assembler.note_listed(read.listed)
        else:
            yield from _articles(assembler.take(asked, read))
    for assembler in assemblers.values():
        yield from _articles(assembler.flush())


def _articles(assembled: Iterator[Assembled]) -> Iterator[ExtractedArticle]:
    for each in assembled:
        visit = each.visit
        if visit.article is None:
            logger.warning("%s: %s", each.where, visit.reasons[0])
        elif not visit.reasons:
            yield as_extracted(visit.article)
