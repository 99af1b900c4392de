"""Sites that go on publishing and correcting while they are crawled."""

from dataclasses import replace
from datetime import UTC, datetime

from replica.gazette import Gazette, Story, story
from tests.system.many_sites import put


class Newspaper:
    """A site that goes on publishing and correcting, and a reader of what is stored of it."""

    def __init__(self, number: int, articles: int = 5) -> None:
        self.gazette = Gazette(f"paper{number}.example")
        self.gazette.text("/robots.txt", "User-agent: *\nAllow: /\n")
        self.stories: list[Story] = []
        self.versions: dict[str, int] = {}  #: by path: how many texts there were
        self.publish(articles)

    def publish(self, count: int) -> None:
        """Publish so many more articles."""
        first = len(self.stories)
        more = [story(number, datetime.now(UTC).replace(microsecond=0)) for number in range(first, first + count)]
        self.stories = [*reversed(more), *self.stories]
        self.versions |= {each.path: 1 for each in more}
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
        put(self.gazette, self.stories)
