"""An article of which pages have come, while others may come."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.pages.generic.paging import article_key
from ecnscrawl.reextraction.further import Otherwise
from ecnscrawl.reextraction.page import PageRead, PageToRead

LACKS_TIME = ("", "day")  #: as precision: the time that a feed states is better
Place = tuple[str, int]  #: file and number of a record


class Part(msgspec.Struct, frozen=True):
    """A page that has come."""

    asked: PageToRead
    read: PageRead

    @property
    def place(self) -> Place:
        """Where its record is."""
        return self.asked.response.file, self.asked.response.number

    @property
    def is_further(self) -> bool:
        """Whether it is a further page for certain: the archive or a profile says it, or the page itself."""
        further, page = self.asked.further, self.read.page
        assert page is not None
        if further is None:
            return self.asked.ref is not None and self.asked.ref.part > 1
        own = page.own_ref  # an article of its own would name another address than the first page's
        is_named = page.links_back or (own is not None and article_key(own.url) == further.key)
        return is_named or further.otherwise is Otherwise.PART

    @property
    def may_be_alone(self) -> bool:
        """Whether it is an article of its own if no first page names it."""
        further = self.asked.further
        return further is not None and further.otherwise is Otherwise.ARTICLE and not self.is_further


def may_be_read_again(asked: PageToRead, read: PageRead) -> bool:
    """Whether `Assembler` may need the bytes of a page for the record of its article.

    It does for a page of an article that has several, or may have them; for one whose time may come from a feed; and
    for one that names another address as its own.
    """
    if read.page is None or asked.ref is None:
        return False
    record = read.record
    if record is None or asked.further is not None:
        return True
    return record.article.published_precision in LACKS_TIME or record.ref.id != asked.ref.id


@dataclass(slots=True)
class OpenArticle:
    """An article of which pages have come."""

    job: ArticleJob
    begun_with: Part
    has_first: bool = False  #: a first page has come, perhaps a copy that was not accepted
    parts: dict[int, Part] = field(default_factory=dict)  #: those that are accepted, by number
    early: dict[int, Part] = field(default_factory=dict)  #: those that came before their turn
    ends: set[int] = field(default_factory=set)  #: numbers of pages that do not exist
    early_ends: set[int] = field(default_factory=set)  #: those that were missing before the first page came
    places: set[Place] = field(default_factory=set)  #: of all records that belong to it

    def put(self, number: int, part: Part) -> None:
        """Add a page that has come."""
        if number == 1 and not self.has_first:
            assert part.asked.ref is not None
            self.job, self.has_first = ArticleJob(part.asked.ref, None), True
            self.begun_with = part
        self.early[number] = part
        self.places.add(part.place)

    @property
    def named(self) -> set[int]:
        """The numbers of all pages that its pages name."""
        return {*self.job.named, *(other for page in self.job.pages.values() for other in page.other_parts)}

    def take_alone(self) -> Iterator[Part]:
        """Take out the pages that turn out to be articles of their own."""
        named = self.named
        for number in [each for each, part in self.early.items() if each not in named and part.may_be_alone]:
            part = self.early.pop(number)
            self.places.discard(part.place)
            yield part
