"""Edit a site between two runs, and see what the crawler has requested since."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from replica import LoggedRequest, Replica, Resource, Site
from replica.article_page import article_page
from replica.listing_page import Entry, page_path
from replica.story import Story

ARTICLE = re.compile(r"/\d{4}[-/]\d\d-\d\d/")
LONG_LISTING = "/world/"
ENTRIES_A_PAGE = 5


def articles_asked(replica: Replica) -> list[LoggedRequest]:
    """The requests for articles since the log was cleared; it is cleared."""
    return [request for request in take_log(replica) if ARTICLE.search(request.path)]


def take_log(replica: Replica) -> list[LoggedRequest]:
    """All requests since the log was cleared; it is cleared."""
    log = list(replica.requests)
    replica.requests.clear()
    return log


def is_conditional(request: LoggedRequest) -> bool:
    """Return whether a request is conditional."""
    return "if-none-match" in request.headers or "if-modified-since" in request.headers


def put_long_listing(site: Site, stories: Sequence[Story]) -> None:
    """Let one listing show these stories, newest first, on small pages: crawl it with `-a sections=world`."""
    newest = sorted(stories, key=lambda story: (story.published, story.cms_id), reverse=True)
    pages = [newest[start : start + ENTRIES_A_PAGE] for start in range(0, len(newest), ENTRIES_A_PAGE)]
    for number, page in enumerate(pages, 1):
        put_listing_page(site, number, page)
    beyond = len(pages) + 1
    while page_path(LONG_LISTING, beyond) in site:
        site.remove(page_path(LONG_LISTING, beyond))
        beyond += 1


def put_listing_page(site: Site, number: int, stories: Sequence[Story]) -> None:
    """Let a page of the long listing show these stories."""
    entries = "\n".join(Entry(story.path, story.title, story.published).html() for story in stories)
    page = f'<!DOCTYPE HTML><html><body><ul class="bizlst dashedlne">\n{entries}\n</ul></body></html>'
    path = LONG_LISTING if number == 1 else page_path(LONG_LISTING, number)
    site.put(path, Resource.dated(page.encode(), "text/html; charset=utf-8", datetime.now(UTC)))


def put_story(site: Site, story: Story) -> None:
    """Publish the pages of a story as it is now."""
    for number in range(1, len(story.pages) + 1):
        page = Resource.dated(article_page(story, number), "text/html; charset=utf-8", datetime.now(UTC))
        site.put(story.page_path(number), page)


def without_validators(site: Site) -> None:
    """Remove ETag and Last-Modified from all pages of the site."""
    for address in site.addresses():
        site.replace(address, etag=None, last_modified=None)
