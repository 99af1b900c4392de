"""A user with a data folder, and a site of hand-made pages: what a crawl requests and stores."""

from dataclasses import dataclass

from replica import Replica
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Story


@dataclass(frozen=True)
class User:
    """Somebody with a data folder, at a site that stands as long as all tests here."""

    crawl: Crawl
    replica: Replica

    def run(self, *arguments: str, stdin: str | None = None) -> Ended:
        """Crawl with these `-a` arguments; the site's log then has this run only."""
        self.replica.requests.clear()
        return self.crawl.run(*(word for argument in arguments for word in ("-a", argument)), stdin=stdin)

    @property
    def asked(self) -> list[str]:
        """The paths that the last run asked for, in order, but robots.txt."""
        return [request.path for request in self.replica.requests if request.path != "/robots.txt"]

    @property
    def stored(self) -> set[str]:
        """The ids of all stored records."""
        return {record["id"] for record in self.crawl.records}


def ids(*stories: Story) -> set[str]:
    """The ids of their records."""
    return {story.id for story in stories}
