"""Generate a site of any size, with the expected record of each article according to the contract."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

from replica.article_page import article_page, mobile_page
from replica.listing_page import (
    AP,
    BLANK,
    FEED_LENGTH,
    FEED_PATH,
    PLAIN,
    ROBOTS,
    ROBOTS_PATH,
    Entry,
    feed,
    front_page,
    listing_pages,
)
from replica.newsroom import Newsroom
from replica.sections import LISTINGS, SECTIONS
from replica.site import Resource, Site
from replica.story import CHINA, OLD_CMS, Record, Story

COLLECTION_LENGTHS = {"/scroll/": 450, "/top_news/": 90}  # ten pages and two
FRONT_LENGTH = 60
FOREIGN_SHARE = 0.08  # of a listing's entries belong to another section
MOBILE_LINK_SHARE = 0.05
SPELLINGS = (
    "https://www.ecns.cn{}", "https://www.ecns.cn{}", "http://www.ecns.cn{}", "//www.ecns.cn{}", "//www.ecns.cn{}",
    "{}", "https://www.ecns.cn{}#", "https://www.ecns.cn{}?utm_source=newsletter&utm_medium=email", "https://ecns.cn{}",
)  # fmt: skip
LISTING_OF = {section.name: section.listing for section in SECTIONS}


class GeneratedSite:
    """A Site with `articles` stories, all generated from `seed` and published before `now`.

    >>> from datetime import UTC, datetime
    >>> generated = GeneratedSite(3, seed=1, now=datetime(2026, 11, 23, tzinfo=UTC))
    >>> all(record["url"] in generated.site for record in generated.truth.values())
    True
    """

    def __init__(self, articles: int, seed: int, now: datetime) -> None:
        self.site = Site()
        self.stories: dict[str, Story] = {}
        self.duplicate_of: dict[str, str] = {}
        self._newsroom = Newsroom(seed, now)
        self._seed = seed
        self._count = 0
        self.site.put(ROBOTS_PATH, Resource.dated(ROBOTS, "text/plain", now.astimezone(UTC) - timedelta(days=99)))
        self._add(self._newsroom.story(number) for number in range(articles))

    @property
    def truth(self) -> dict[str, Record]:
        """The expected record of each article by id, at its last revision, without `fetched_at` and `content_hash`.

        A twin is an exact copy of an article (`duplicate_of` maps its id to the article's). A crawl must store only one
        of the two, the one that it finds first.
        """
        return {f"ecns:{story.cms_id}": story.record() for story in self.stories.values()}

    def features(self, name: str) -> list[str]:
        """Return the ids of the articles with this feature, such as `paged`, `far caption`, `byline last`."""
        return [f"ecns:{cms_id}" for cms_id, story in self.stories.items() if name in story.features]

    def publish(self, count: int, at: datetime) -> list[str]:
        """Add articles, published a second apart up to `at`, to listings and feed; return their ids, oldest first."""
        start = self._count
        times = [at - timedelta(seconds=count - 1 - i) for i in range(count)]
        return self._add(self._newsroom.story(start + i, time) for i, time in enumerate(times))

    def correct(self, record_id: str, at: datetime) -> Record:
        """Change an article's body and return its new record. Raises ValueError for a twin or the article it copies."""
        if record_id in self.duplicate_of or record_id in self.duplicate_of.values():
            raise ValueError(f"{record_id} has a twin: corrected alone it would no longer be one; choose another")
        story = self._story(record_id).corrected(_china(at))
        self._put(story)
        return story.record()

    def change_furniture(self, record_id: str, at: datetime) -> None:
        """Change only what surrounds an article: links, share box, publish comment. Its record stays the same."""
        story = self._story(record_id)
        newest = tuple(other.link for other in self._newest()[:5])
        self._put(story.with_new_furniture(_china(at), newest))

    def _story(self, record_id: str) -> Story:
        return self.stories[record_id.removeprefix("ecns:")]

    def _add(self, stories: Iterable[Story]) -> list[str]:
        added = []
        for story in stories:
            twin = self._newsroom.twin(self._count, story)
            added += [story] if twin is None else [story, twin]
            if twin is not None:
                self.duplicate_of[f"ecns:{twin.cms_id}"] = f"ecns:{story.cms_id}"
            self._count += 1
        self.stories |= {story.cms_id: story for story in added}
        links = [story.link for story in self.stories.values()]
        for story in added:
            self._put(self._newsroom.add_furniture(story, links))
        self._put_listings()
        return [f"ecns:{story.cms_id}" for story in added]

    def _put(self, story: Story) -> None:
        self.stories[story.cms_id] = story
        content_type = "text/html" if story.layout == OLD_CMS else "text/html; charset=utf-8"
        modified = story.last_change.astimezone(UTC)
        for number in range(1, len(story.pages) + 1):
            page = article_page(story, number)
            self.site.put(story.page_path(number), Resource.dated(page, content_type, modified))
        if self._is_linked_mobile(story):
            mobile = Resource.dated(mobile_page(story), "text/html; charset=utf-8", modified)
            self.site.put(f"/m{story.path}", mobile)

    def _put_listings(self) -> None:
        newest = self._newest()
        if not newest:
            return
        modified = newest[0].last_change.astimezone(UTC)
        listed = defaultdict(list)
        for story in newest:
            for listing in self._listings(story):
                listed[listing].append(self._entry(story, listing))
        for listing, length in COLLECTION_LENGTHS.items():
            listed[listing] = [self._entry(story, listing) for story in newest[:length]]
        for listing, name in LISTINGS:
            for path, page in listing_pages(listing, name, listed[listing]):
                self.site.put(path, Resource.dated(page.encode(), "text/html; charset=utf-8", modified))
        front = front_page([self._entry(story, "/") for story in newest[:FRONT_LENGTH]])
        for path in ("/", "/index.shtml"):
            self.site.put(path, Resource.dated(front.encode(), "text/html; charset=utf-8", modified))
        items = feed([(story.path, story.title, story.published) for story in newest[:FEED_LENGTH]])
        self.site.put(FEED_PATH, Resource.dated(items.encode(), "application/xml", modified))

    def _newest(self) -> list[Story]:
        return sorted(self.stories.values(), key=lambda story: (story.published, story.cms_id), reverse=True)

    def _listings(self, story: Story) -> set[str]:
        """Return the listings of an article: its section's, sometimes /news/, sometimes another section's."""
        rng = self._rng("listings", story.cms_id)
        listings = {LISTING_OF[story.section]}
        if rng.random() < 0.15:
            listings.add("/news/")
        if rng.random() < FOREIGN_SHARE:
            listings.add(rng.choice(SECTIONS).listing)
        return listings

    def _entry(self, story: Story, listing: str) -> Entry:
        """Return an article's entry in a listing. It is the same each time, so an unchanged page keeps its ETag."""
        if self._is_linked_mobile(story) and listing == LISTING_OF[story.section]:
            return Entry(f"https://www.ecns.cn/m{story.path}", story.title, story.published)
        rng = self._rng(listing, story.cms_id)
        href = rng.choice(SPELLINGS).format(story.path)
        quoted = rng.random() < 0.7 or "?" in href
        return Entry(href, story.title, story.published, quoted, rng.choice((PLAIN, PLAIN, PLAIN, AP, BLANK)))

    def _is_linked_mobile(self, story: Story) -> bool:
        return self._rng("mobile", story.cms_id).random() < MOBILE_LINK_SHARE

    def _rng(self, *names: str) -> Random:
        return Random(f"{self._seed} {' '.join(names)}")


def _china(at: datetime) -> datetime:
    return at.astimezone(CHINA).replace(microsecond=0)
