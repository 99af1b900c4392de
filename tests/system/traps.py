"""Endless sites: listings that never end, and always show something new."""

import re
from collections.abc import Callable

from replica import Resource, Site
from replica.site import NOT_FOUND
from tests.system.newsstand import HOST, HTML, Newsstand, Story

LISTING = re.compile(r"/world/(?:index_(\d+)\.shtml)?")
ARTICLE = re.compile(r"/world/\d{4}-\d\d-\d\d/detail-ihnewsst(\d+)\.shtml")


class EndlessSite(Site):
    """`/world/` has as many pages as anybody asks for, or `pages`, each with `links` articles of its own.

    With each `hour` all of them are new ones.
    """

    def __init__(self, links: int, pages: int | None = None, dead: Callable[[int], bool] = lambda _: False) -> None:
        """An article whose number is `dead` is not there."""
        super().__init__()
        self.links, self.pages, self.hour, self.dead = links, pages, 0, dead
        self.sidebar: list[Story] = []  # on every page of the listing
        stand = Newsstand()
        for address in stand.site.addresses():
            self.put(address, stand.site.resource(address))

    def stories(self, page: int) -> list[Story]:
        """The content of a page."""
        first = self.hour * 100_000 + page * self.links
        return [Story(number) for number in range(first, first + self.links)]

    def find(self, host: str, path: str, query: str = "") -> Resource:
        """As a CMS does it that makes up a page for each address."""
        if match := LISTING.fullmatch(path):
            page = int(match[1] or 1)
            return self._listing(page) if self.pages is None or page <= self.pages else NOT_FOUND
        if match := ARTICLE.fullmatch(path):
            if self.dead(int(match[1]) - 1_000_000):
                return NOT_FOUND
            return Resource(Story(int(match[1]) - 1_000_000).page(), HTML)
        return super().find(host, path, query)

    def _listing(self, page: int) -> Resource:
        stories = [*self.sidebar, *self.stories(page)]
        items = "\n".join(f"<li><h3><a href={HOST}{story.path()}>More</a></h3></li>" for story in stories)
        return Resource(f'<html><body><ul class="bizlst dashedlne">{items}</ul></body></html>'.encode(), HTML)
