"""Sites that go on publishing and correcting while they are crawled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from replica.gazette import Gazette, Story, story
from tests.system.many_sites import put

OLD = timedelta(days=3)  #: of an article that is no longer requested again: 48 hours is the oldest that is


class Newspaper:
    """A site that goes on publishing and correcting, and a reader of what is stored of it."""

    def __init__(self, number: int, articles: int = 5, old: int = 0) -> None:
        """So many of its first articles are too old to be corrected."""
        self.gazette = Gazette(f"paper{number}.example")
        self.gazette.text("/robots.txt", "User-agent: *\nAllow: /\n")
        self.stories: list[Story] = []  #: as its pages list them, the newest last: a crawl begins at the end
        self.versions: dict[str, int] = {}  #: by path: how many texts there were
        self.young: list[str] = []  #: paths of the articles that may be corrected
        self.publish(old, datetime.now(UTC) - OLD)
        self.young.clear()
        self.publish(articles - old)
        self.lead = self.gazette.url(self.young[-1])  #: the address of one that may be corrected

    def publish(self, count: int, at: datetime | None = None) -> None:
        """Publish so many more articles, now or with this time."""
        first, at = len(self.stories), (at or datetime.now(UTC)).replace(microsecond=0)
        more = [story(number, at) for number in range(first, first + count)]
        self.stories += more
        self.versions |= {each.path: 1 for each in more}
        self.young += [each.path for each in more]
        put(self.gazette, self.stories)

    def correct(self, path: str) -> None:
        """Change the text of an article."""
        place = next(place for place, each in enumerate(self.stories) if each.path == path)
        old = self.stories[place]
        self.versions[path] += 1
        correction = (
            f"Correction number {self.versions[path]}: the council met on another day than was first said here."
        )
        self.stories[place] = replace(old, paragraphs=[*old.paragraphs, correction])
        self.gazette.publish(self.stories[place])
