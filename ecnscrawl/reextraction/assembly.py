"""Join the pages of each article, as they come in the order of the archive, and make the visit that a crawl makes.

An `ArticleJob` decides as in a crawl: a page without an end needs a second copy, a page that repeats another one ends
the pager. Only here the pages come in any order, and none can be requested.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.article_visit import new_visit, read_visit
from ecnscrawl.crawling.visit_judge import other_article
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.network.failures import GONE_STATUSES
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.endings import CUT_OFF, Decision
from ecnscrawl.reading.article_page import ArticleRecord, ArticleResponses, read_article
from ecnscrawl.reextraction.page import PageRead, PageToRead, arrival_of, source_of, terms_of
from ecnscrawl.reextraction.sites import SiteKey, profile_for
from ecnscrawl.visits import FetchResult, Visit

MAX_OPEN = 1000  #: articles of which a page is missing; the oldest is given up: a page has about 40 KB in memory
MISSING_PAGE = "a page of it is not in the archive"
NO_COPY = "it shows no end, and the archive has no second copy"
RESERVED = "reserved by the publisher"

_LACKS_TIME = ("", "day")  # as precision: the time that a feed states is better

Place = tuple[str, int]  #: file and number of a record


class Part(msgspec.Struct, frozen=True):
    """A page that has come."""

    asked: PageToRead
    read: PageRead


def may_be_read_again(asked: PageToRead, read: PageRead) -> bool:
    """Whether `Assembler` may need the bytes of a page for the record of its article.

    It does for an article of several pages, one whose time may come from a feed, and one whose page names another
    address as its own.
    """
    if read.page is None or asked.ref is None:
        return False
    record = read.record
    return record is None or record.article.published_precision in _LACKS_TIME or record.ref.id != asked.ref.id


@dataclass(slots=True)
class OpenArticle:
    """An article of which pages have come."""

    job: ArticleJob
    begun_with: Part
    parts: dict[int, Part] = field(default_factory=dict)  #: those that are accepted, by number
    early: dict[int, Part] = field(default_factory=dict)  #: those that came before their turn
    places: set[Place] = field(default_factory=set)  #: of all records that belong to it


class Assembled(msgspec.Struct, frozen=True):
    """An article whose pages have come, or of which it is clear that they will not."""

    visit: Visit  #: READ with its record, or FAILED with the reason
    where: str  #: the file and its record, for messages
    places: frozenset[Place]  #: of the records in the archive that it was made of


class Assembler:
    """Joins the pages of one site."""

    def __init__(
        self,
        site: SiteKey,
        *,
        has_no_end: Callable[[], bool],
        known: Callable[[str], StoredArticle | None] = lambda _: None,
        arguments: Arguments | None = None,
    ) -> None:
        """`has_no_end`: the site's pages have none. `known` gives what is stored under an id."""
        self._profile = profile_for(site)
        self._has_no_end = has_no_end
        self._known = known
        self._arguments = arguments or Arguments()
        self._open: dict[str, OpenArticle] = {}
        self._listed: dict[str, StatedTime] = {}

    @property
    def open_places(self) -> set[Place]:
        """The places of the records that belong to articles which are not complete."""
        return {place for each in self._open.values() for place in each.places}

    def note_listed(self, listed: Mapping[str, StatedTime]) -> None:
        """Remember when feeds say that articles were published. As in a crawl, the first time of day counts."""
        for id_, stated in listed.items():
            before = self._listed.get(id_)
            if before is None or before.precision == "day":
                self._listed[id_] = stated

    def take(self, asked: PageToRead, read: PageRead) -> Iterator[Assembled]:
        """Take a page of an article, and yield the articles that are over now."""
        ref, status = asked.ref, asked.response.status
        assert ref is not None
        article = self._open.get(ref.id)
        if status != 200:
            is_end = status in GONE_STATUSES or 300 <= status < 400
            if article and is_end and article.job.next_part() == ref.part:
                article.job.end_at(ref.part)
                yield from self._go_on(ref.id, article)
            return
        if read.page is None:
            return
        if ref.part == 1 and article and 1 in article.parts:  # another version of it
            yield self._given_up(ref.id)
            article = None
        part = Part(asked, read)
        if article is None:
            article = self._open[ref.id] = OpenArticle(ArticleJob(ref, None), part)
            if len(self._open) > MAX_OPEN:
                yield self._given_up(next(iter(self._open)))
        article.places.add((asked.response.file, asked.response.number))
        article.early[ref.part] = part
        yield from self._go_on(ref.id, article)

    def flush(self) -> Iterator[Assembled]:
        """Yield the articles of which a page is missing, because no further page comes."""
        for id_ in list(self._open):
            yield self._given_up(id_)

    def _go_on(self, id_: str, article: OpenArticle) -> Iterator[Assembled]:
        """Take the pages whose turn it is."""
        job = article.job
        while (number := job.next_part()) is not None and (part := article.early.pop(number, None)):
            page, validators = part.read.page, part.read.validators
            assert page is not None
            assert validators is not None
            match job.decide(number, page, has_no_end=not page.ending.is_whole and self._has_no_end()):
                case Decision.REFUSE:
                    job.was_cut = True
                    yield self._failed(id_, part, CUT_OFF)
                    return
                case Decision.ASK_AGAIN:
                    return
            if job.is_repeat(page):
                job.end_at(number)
            else:
                job.add(number, page, validators)
                article.parts[number] = part
            if number == 1:
                job.started_at = arrival_of(part.asked)  # of the copy that was accepted
        if number is None:
            yield self._complete(id_, article)

    def _complete(self, id_: str, article: OpenArticle) -> Assembled:
        job, first = article.job, article.parts[1]
        if first.read.is_reserved:
            return self._failed(id_, first, RESERVED)
        job.known = self._known(id_)
        if reason := other_article(job, job.pages[1], self._profile.discovery):
            return self._failed(id_, first, reason)
        record = self._record(job, article)
        if record.ref.id != job.address.id:
            job.requested, job.address = job.address, record.ref
        visit = read_visit(job, record, self._profile, self._arguments, arrival_of(first.asked))
        return self._ended(id_, first, visit)

    def _record(self, job: ArticleJob, article: OpenArticle) -> ArticleRecord:
        known, record = job.known, article.parts[1].read.record if len(job.pages) == 1 else None
        listed = known.published if known else self._listed.get(job.address.id)
        if record is not None:
            is_renamed = known is not None and record.ref.id != job.address.id
            lacks_time = listed is not None and record.article.published_precision in _LACKS_TIME
            if not is_renamed and not lacks_time:
                return record
        sources = [source_of(part.asked) for _, part in sorted(article.parts.items())]
        terms = terms_of(article.parts[1].asked, listed, may_rename=known is None)
        return read_article(ArticleResponses(sources, terms))

    def _given_up(self, id_: str) -> Assembled:
        article = self._open[id_]
        part = article.parts.get(1) or article.begun_with
        return self._failed(id_, part, NO_COPY if article.job.next_part() in article.job.copies else MISSING_PAGE)

    def _failed(self, id_: str, part: Part, reason: str) -> Assembled:
        job = self._open[id_].job
        return self._ended(id_, part, new_visit(job, FetchResult.FAILED, arrival_of(part.asked), reason))

    def _ended(self, id_: str, part: Part, visit: Visit) -> Assembled:
        article = self._open.pop(id_)
        return Assembled(visit, part.asked.response.place, frozenset(article.places))
