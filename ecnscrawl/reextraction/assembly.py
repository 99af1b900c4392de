"""Join the pages of each article, as they come in the order of the archive, and make the visit that a crawl makes.

An `ArticleJob` decides as in a crawl: a page without an end needs a second copy, a page that repeats another one ends
the pager. Only here the pages come in any order, and none can be requested.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.article_visit import new_visit, read_visit
from ecnscrawl.crawling.visit_judge import other_article
from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.network.failures import GONE_STATUSES
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.endings import CUT_OFF, Decision
from ecnscrawl.reading.article_page import ArticleRecord, ArticleResponses, read_article
from ecnscrawl.reextraction.further import REDIRECTS
from ecnscrawl.reextraction.open_article import LACKS_TIME, OpenArticle, Part, Place
from ecnscrawl.reextraction.page import PageRead, PageToRead, arrival_of, source_of, terms_of
from ecnscrawl.reextraction.sites import SiteKey, profile_for
from ecnscrawl.visits import FetchResult, Visit

MAX_OPEN = 1000  #: articles of which a page is missing; the oldest is given up: a page has about 40 KB in memory
MISSING_PAGE = "a page of it is not in the archive"
NO_COPY = "it shows no end, and the archive has no second copy"
RESERVED = "reserved by the publisher"


class Assembled(msgspec.Struct, frozen=True):
    """An article whose pages have come, or of which it is clear that they will not."""

    visit: Visit  #: READ with its record, or FAILED with the reason
    where: str  #: the file and its record, for messages
    places: frozenset[Place]  #: of the records in the archive that it was made of


class _Joined(msgspec.Struct, frozen=True):
    """What is remembered of an article that is over, for further pages that come later."""

    numbers: frozenset[int]  #: of its pages
    named: frozenset[int]  #: of those and of others that were not wanted, such as repeated ones


class Assembler:
    """Joins the pages of one site."""

    def __init__(
        self,
        site: SiteKey,
        *,
        known: Callable[[str], StoredArticle | None] = lambda _: None,
        arguments: Arguments | None = None,
    ) -> None:
        """`known` gives what is stored under an id."""
        self._profile = profile_for(site)
        self._known = known
        self._arguments = arguments or Arguments()
        self._open: dict[str, OpenArticle] = {}  # by key
        self._joined: dict[str, _Joined] = {}  # by key, those that were over last
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
        if asked.response.status != 200 or read.page is not None:
            part = Part(asked, read)
            if found := self._article_of(part):
                yield from self._take(part, *found)
        if len(self._open) > MAX_OPEN:
            yield from self._given_up(next(iter(self._open)))

    def flush(self) -> Iterator[Assembled]:
        """Yield the articles of which a page is missing, because no further page comes."""
        # Of `/story-5` and `/story-5?page=2`, the first one may be a page of `/story`, so it is decided first.
        undecided = [key for key, each in self._open.items() if not each.has_first]
        for key in sorted(undecided, key=len):
            if key in self._open and not self._open[key].has_first:
                yield from self._given_up(key)
        while self._open:
            yield from self._given_up(next(iter(self._open)))

    def _article_of(self, part: Part) -> tuple[str, int] | None:
        """Return the key of a page's article, and its number; None for a page of which nothing is made."""
        asked, further = part.asked, part.asked.further
        assert asked.ref is not None
        if further is None:
            return asked.key, asked.ref.part
        joined = None if further.key in self._open else self._joined.get(further.key)
        if joined is None or part.read.page is None or further.number in joined.numbers:
            return further.key, further.number
        if further.number in joined.named or not part.may_be_alone:
            return None
        return asked.key, 1

    def _take(self, part: Part, key: str, number: int) -> Iterator[Assembled]:
        asked, status = part.asked, part.asked.response.status
        assert asked.ref is not None
        article = self._open.get(key)
        if status != 200:
            if status in GONE_STATUSES or status in REDIRECTS:
                yield from self._take_end(key, number, part)
            return
        if number == 1 and article and 1 in article.parts:  # another version of it
            yield from self._given_up(key)
            article = self._open.get(key)
        if article is None:
            article = self._open[key] = OpenArticle(ArticleJob(asked.ref, None), part)
        before = article.early.get(number)
        if before and before.may_be_alone and number not in article.job.named:  # a page 2 would not come twice
            del article.early[number]
            article.places.discard(before.place)
            yield from self._take(before, before.asked.key, 1)
        article.put(number, part)
        yield from self._go_on(key, article)

    def _take_end(self, key: str, number: int, part: Part) -> Iterator[Assembled]:
        """Note that a page does not exist. Before the first page has come, the page may still come with it."""
        assert part.asked.ref is not None
        if key in self._joined and key not in self._open:  # the article is over
            return
        article = self._open.setdefault(key, OpenArticle(ArticleJob(part.asked.ref, None), part))
        if article.has_first:
            article.ends.add(number)
            yield from self._go_on(key, article)
        else:
            article.early_ends.add(number)
            article.places.add(part.place)

    def _go_on(self, key: str, article: OpenArticle) -> Iterator[Assembled]:
        """Take the pages whose turn it is."""
        while (number := article.job.next_part()) is not None:
            if part := article.early.pop(number, None):
                decision = self._decide(article, number, part)
                if decision is Decision.REFUSE:
                    article.job.was_cut = True
                    yield from self._failed(key, part, CUT_OFF)
                if decision is not Decision.TAKE:
                    return
            elif number in article.ends:
                article.job.end_at(number)
            else:
                return
        yield from self._complete(key, article)

    def _decide(self, article: OpenArticle, number: int, part: Part) -> Decision:
        """Decide what to do with the page whose turn it is, and add it if it is accepted."""
        job, page, validators = article.job, part.read.page, part.read.validators
        assert page is not None
        assert validators is not None
        decision = job.decide(number, page, has_no_end=part.asked.response.has_no_end)
        if decision is not Decision.TAKE:
            return decision
        if job.is_repeat(page):
            job.end_at(number)
        else:
            job.add(number, page, replace(validators, url=job.named[number]))
            article.parts[number] = part
        if number == 1:
            job.started_at = arrival_of(part.asked)  # of the copy that was accepted
        return decision

    def _complete(self, key: str, article: OpenArticle) -> Iterator[Assembled]:
        job, first = article.job, article.parts[1]
        if any(part.read.is_reserved for part in article.parts.values()):
            yield from self._failed(key, first, RESERVED)
            return
        job.known = self._known(job.address.id)
        if reason := other_article(job, job.pages[1], self._profile.discovery):
            yield from self._failed(key, first, reason)
            return
        record = self._record(job, article)
        if record.ref.id != job.address.id:
            job.requested, job.address = job.address, record.ref
        visit = read_visit(job, record, self._profile, self._arguments, arrival_of(first.asked))
        yield from self._ended(key, first, visit)

    def _record(self, job: ArticleJob, article: OpenArticle) -> ArticleRecord:
        known, record = job.known, article.parts[1].read.record if len(job.pages) == 1 else None
        listed = known.published if known else self._listed.get(job.address.id)
        if record is not None:
            is_renamed = known is not None and record.ref.id != job.address.id
            lacks_time = listed is not None and record.article.published_precision in LACKS_TIME
            if not is_renamed and not lacks_time:
                return record
        sources = [source_of(part.asked) for _, part in sorted(article.parts.items())]
        terms = terms_of(article.parts[1].asked, listed, may_rename=known is None)
        return read_article(ArticleResponses(sources, terms))

    def _given_up(self, key: str) -> Iterator[Assembled]:
        article = self._open[key]
        if article.early_ends and article.has_first:
            article.ends, article.early_ends = article.ends | article.early_ends, set()
            yield from self._go_on(key, article)
            if self._open.get(key) is not article:
                return
        part = article.parts.get(1) or article.begun_with
        if not article.has_first:
            certain = next((each for each in article.early.values() if each.is_further), None)
            if certain is None:  # no page of it was there
                yield from self._ended(key)
                return
            part = certain
        reason = NO_COPY if article.job.next_part() in article.job.copies else MISSING_PAGE
        yield from self._failed(key, part, reason)

    def _failed(self, key: str, part: Part, reason: str) -> Iterator[Assembled]:
        job = self._open[key].job
        yield from self._ended(key, part, new_visit(job, FetchResult.FAILED, arrival_of(part.asked), reason))

    def _ended(self, key: str, part: Part | None = None, visit: Visit | None = None) -> Iterator[Assembled]:
        """End an article, and go on with those of its pages that turn out to be articles of their own."""
        article = self._open.pop(key)
        alone = list(article.take_alone())
        if part and visit:
            self._remember(key, article)
            yield Assembled(visit, part.asked.response.place, frozenset(article.places))
        for each in alone:
            yield from self._take(each, each.asked.key, 1)

    def _remember(self, key: str, article: OpenArticle) -> None:
        if self._profile.discovery is None or not article.has_first:
            return
        self._joined.pop(key, None)
        self._joined[key] = _Joined(frozenset(article.parts), frozenset(article.named))
        if len(self._joined) > MAX_OPEN:
            del self._joined[next(iter(self._joined))]
