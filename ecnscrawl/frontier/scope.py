"""The validated arguments of a crawl: which articles to collect, and how to fetch their pages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Literal

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef

Recheck = Literal["due", "all", "none"]


class RenderMode(StrEnum):
    """When pages are rendered by a browser."""

    AUTO = "auto"  #: if a page arrives without its content
    OFF = "off"
    ALWAYS = "always"


RENDER_MODES = tuple(mode.value for mode in RenderMode)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a crawl; without any, everything that is new or changed. Times are aware."""

    sections: tuple[str, ...] | None = None  #: only these listings
    since: datetime | None = None
    until: datetime | None = None
    max_pages: int | None = None
    urls: tuple[ArticleRef, ...] | None = None  #: these articles, instead of the listings
    full: bool = False
    recheck: Recheck = "due"
    render: RenderMode | None = None  #: None is as the setting RENDER says

    @property
    def ignores_stop_rule(self) -> bool:
        """Whether listings are read to their end even if all articles on a page are known."""
        return self.full or self.since is not None or self.until is not None

    def asks_for(self, listing: str, *, is_archive: bool) -> bool:
        """Return whether a listing is read: an archive only if the user names it, or asks for dates or everything."""
        if self.sections is None:
            return self.ignores_stop_rule or not is_archive
        return listing in self.sections

    def includes_listing(self, listing: str | None) -> bool:
        """Return whether articles found in a listing were asked for; pass None if that listing is not known."""
        return self.sections is None or listing is None or listing in self.sections

    def includes(self, published: StatedTime, zone: tzinfo) -> bool:
        """Return whether an article of this time was asked for; for a day alone, whether any hour of it was."""
        first, last = published.span(zone)
        return (self.since is None or last >= self.since) and (self.until is None or first <= self.until)

    def is_too_old(self, published: StatedTime, zone: tzinfo) -> bool:
        """Return whether an article of this time was published before the dates asked for."""
        return self.since is not None and published.span(zone)[1] < self.since

    def may_include(self, day: date | None, zone: tzinfo) -> bool:
        """Return whether an article with this day in its address may have been asked for.

        One day of tolerance on both sides, because the address has the day on which work on the article began.
        """
        if day is None:
            return True
        too_late = self.until is not None and day > self.until.astimezone(zone).date() + timedelta(days=1)
        return not too_late and not self.is_before(day, zone)

    def is_before(self, day: date, zone: tzinfo) -> bool:
        """Return whether a day in an address is before the dates asked for, with one day of tolerance."""
        return self.since is not None and day < self.since.astimezone(zone).date() - timedelta(days=1)

    def reaches(self, day: date, zone: tzinfo) -> bool:
        """Return whether a listing whose oldest entry is of this day goes back far enough."""
        return self.since is None or day <= self.since.astimezone(zone).date()
