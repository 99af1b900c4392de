"""Join the pages of each article, as they come in the order of the archive, and say which articles are complete.

It decides as a crawl does: a page without an end needs a second copy, a page that repeats another one ends the pager.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ecnscrawl.crawling.article_job import MAX_PARTS
from ecnscrawl.frontier.records import CacheValidators, StoredArticle
from ecnscrawl.network.failures import GONE_STATUSES
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.endings import CUT_OFF, Copy, Decision, Ending, decide
from ecnscrawl.reading.article_page import ArticleRecord, ArticleResponses, read_article
from ecnscrawl.reextraction.page import PageRead, PageToRead, source_of, terms_of
from ecnscrawl.reextraction.sites import profile_for

MAX_OPEN = 1000  #: articles of which a page is missing; the oldest is given up: a page has about 40 KB in memory
MISSING_PAGE = "a page of it is not in the archive"
NO_COPY = "it shows no end, and the archive has no second copy"

Place = tuple[str, int]  #: file and number of a record


@dataclass(frozen=True, slots=True)
class Part:
    """A page that has come."""

    asked: PageToRead
    read: PageRead


@dataclass(slots=True)
class OpenArticle:
    """An article of which pages have come."""

    begun_with: Part
    parts: dict[int, Part] = field(default_factory=dict)  #: those that are accepted, by number
    early: dict[int, Part] = field(default_factory=dict)  #: those that came before their turn
    copies: dict[int, Copy] = field(default_factory=dict)  #: of pages without an end
    endings: list[Ending] = field(default_factory=list)
    digests: set[bytes] = field(default_factory=set)  #: of the bodies of these pages
    missing: set[int] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)  #: of all records that belong to it

    @property
    def next_number(self) -> int | None:
        """The number of the page that it needs next; None if all have come."""
        return min(self.missing - self.parts.keys(), default=None)

    def end_at(self, number: int) -> None:
        """End the pager before this page."""
        self.missing = {each for each in self.missing if each < number}


@dataclass(frozen=True, slots=True)
class Assembled:
    """An article whose pages have come, or of which it is clear that they will not."""

    first: PageToRead
    record: ArticleRecord | None = None
    reason: str | None = None  #: why there is no record
    endings: tuple[Ending, ...] = ()
    was_cut: bool = False
    validators: tuple[CacheValidators, ...] = ()
    places: frozenset[Place] = frozenset()  #: of the records in the archive that it was made of


class Assembler:
    """Joins the pages of one site."""

    def __init__(self, has_no_end: Callable[[], bool], known: Callable[[str], StoredArticle | None]) -> None:
        """`has_no_end`: the site's pages have none. `known` gives what is stored under an id."""
        self._has_no_end = has_no_end
        self._known = known
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
            if article and article.next_number == ref.part and (status in GONE_STATUSES or 300 <= status < 400):
                article.end_at(ref.part)
                yield from self._go_on(ref.id, article)
            return
        if read.page is None:
            return
        if ref.part == 1 and article and 1 in article.parts:  # another version of it
            yield from self._give_up(ref.id, article)
            article = None
        if article is None:
            article = self._open[ref.id] = OpenArticle(Part(asked, read), missing={1})
            if len(self._open) > MAX_OPEN:
                oldest = next(iter(self._open))
                yield from self._give_up(oldest, self._open[oldest])
        article.places.add((asked.response.file, asked.response.number))
        article.early[ref.part] = Part(asked, read)
        yield from self._go_on(ref.id, article)

    def flush(self) -> Iterator[Assembled]:
        """Yield the articles of which a page is missing, because no further page comes."""
        for id_, article in list(self._open.items()):
            yield from self._give_up(id_, article)

    def _go_on(self, id_: str, article: OpenArticle) -> Iterator[Assembled]:
        while (number := article.next_number) is not None and (part := article.early.pop(number, None)):
            page = part.read.page
            assert page is not None
            decision = decide(page.ending, page.copy, article.copies.get(number), has_no_end=self._has_no_end())
            if decision is Decision.REFUSE:
                del self._open[id_]
                yield self._ended(article, part, CUT_OFF, was_cut=True)
                return
            if decision is Decision.ASK_AGAIN:
                assert page.copy is not None
                article.copies[number] = page.copy
                return
            article.endings.append(page.ending)
            if page.digest and page.digest in article.digests:
                article.end_at(number)
                continue
            article.digests.add(page.digest)
            article.parts[number] = part
            article.missing |= {each for each in page.other_parts if each <= MAX_PARTS}
        if number is None:
            del self._open[id_]
            yield self._complete(article)

    def _complete(self, article: OpenArticle) -> Assembled:
        first = article.parts[1]
        if first.read.is_reserved:
            return self._ended(article, first, "reserved by the publisher")
        page, ref = first.read.page, first.asked.ref
        assert page is not None
        assert ref is not None
        known, url = self._known(ref.id), first.asked.response.url
        discovery = profile_for(first.asked.site).discovery
        if known and discovery and discovery.is_other_article(ref, url, page.own_ref):
            return self._ended(article, first, f"redirected to {url}")
        record = page.record if len(article.parts) == 1 else None
        listed = known.published if known else self._listed.get(ref.id)
        is_renamed = known is not None and record is not None and record.ref.id != ref.id
        lacks_time = listed is not None and record is not None and record.article.published_precision in ("", "day")
        if record is None or lacks_time or is_renamed:
            sources = [source_of(article.parts[number].asked) for number in sorted(article.parts)]
            terms = terms_of(first.asked, listed, may_rename=known is None)
            record = read_article(ArticleResponses(sources, terms))
        return self._ended(article, first, record=record)

    def _give_up(self, id_: str, article: OpenArticle) -> Iterator[Assembled]:
        del self._open[id_]
        part = article.parts.get(1) or article.begun_with
        yield self._ended(article, part, NO_COPY if article.next_number in article.copies else MISSING_PAGE)

    def _ended(
        self,
        article: OpenArticle,
        part: Part,
        reason: str | None = None,
        *,
        record: ArticleRecord | None = None,
        was_cut: bool = False,
    ) -> Assembled:
        validators = [each.read.validators for _, each in sorted(article.parts.items())]
        return Assembled(
            first=part.asked,
            record=record,
            reason=reason,
            endings=tuple(article.endings),
            was_cut=was_cut,
            validators=tuple(each for each in validators if each is not None),
            places=frozenset(article.places),
        )
