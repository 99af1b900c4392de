"""The rows of the state: articles, listing pages and published records.

They are Structs, which are made ten times as fast as frozen dataclasses. Times are whole seconds since 1970, UTC.
"""

from datetime import UTC, datetime

import msgspec

from ecnscrawl.items import Precision
from ecnscrawl.normalize.timestamps import StatedTime


class CacheValidators(msgspec.Struct, frozen=True, array_like=True):
    """The cache validators that a server sent for one address."""

    url: str
    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers that make the next request a conditional one."""
        validators = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in validators.items() if value}


class StoredArticle(msgspec.Struct, frozen=True):
    """A stored article, or an alias of one."""

    id: str
    url: str
    listing: str | None
    content_hash: bytes | None
    revision: int
    alias_of: str | None
    published_at: int | None
    first_seen: int
    first_run: int
    last_checked: int
    next_check: int | None
    parts: tuple[CacheValidators, ...]  #: one for each page of the article, first page first
    gone_at: int | None
    published_precision: Precision | None = None  #: None where an earlier version of the state did not keep it

    @property
    def published(self) -> StatedTime | None:
        """When it was published."""
        return _stated(self.published_at, self.published_precision)


class PendingArticle(msgspec.Struct, frozen=True):
    """An article that was seen in a listing and is not stored."""

    id: str
    url: str
    listing: str | None
    first_seen: int
    first_run: int
    attempts: int = 0
    next_try: int | None = 0  #: None if it is given up
    reason: str | None = None
    published_at: int | None = None  #: as a feed states it, or as its page did if it was outside the user's dates
    published_precision: Precision | None = None

    @property
    def published(self) -> StatedTime | None:
        """When it was published, if that is known."""
        return _stated(self.published_at, self.published_precision)

    @property
    def own_address(self) -> str | None:
        """The URL that the link's page names as its own address, if the link was given up for that."""
        reason = self.reason or ""
        return reason.removeprefix(_OTHER_ADDRESS) if reason.startswith(_OTHER_ADDRESS) else None


_OTHER_ADDRESS = "another address of "


def other_address_reason(url: str) -> str:
    """Return why a link is given up whose page names this URL as its own address."""
    return f"{_OTHER_ADDRESS}{url}"


class ListingSnapshot(msgspec.Struct, frozen=True):
    """A listing page as it was when it was last read."""

    validators: CacheValidators
    digest: bytes
    last_read: int  #: when it was last requested; 0 if it must be read again
    last_run: int  #: the run that last read it, later ones found it unchanged; 0 if it may be beyond the last page
    links: int = 0  #: to articles, when it was last read
    most_links: int = 0  #: the most that it ever had: a listing that had links and has none has changed
    empty_page: bytes | None = None  #: fingerprint of the page if it had scripts and no links
    was_rendered: bool = False  #: a browser has run the scripts of that page and found no link either


def _stated(seconds: int | None, precision: Precision | None) -> StatedTime | None:
    if seconds is None:
        return None
    # A time stated to the minute has 0 seconds, and so has one in sixty of the others: do not claim more than that.
    return StatedTime(datetime.fromtimestamp(seconds, UTC), precision or ("second" if seconds % 60 else "minute"))


class RecordToIndex(msgspec.Struct, frozen=True):
    """A record of a published file, in the form in which the state indexes it."""

    id: str
    revision: int
    content_hash: bytes
    url: str
    published_at: int
    fetched_at: int
    first_run: int
    next_check: int | None
    file: int  #: the number of the file
    offset: int | None  #: None where the record's place in the file is not known
    published_precision: str | None


class PublishedRecord(msgspec.Struct, frozen=True, array_like=True):
    """What `published/` keeps of a record: enough to rebuild a lost state."""

    id: str
    revision: int
    content_hash: str
    url: str
    published_at: datetime
    fetched_at: datetime
    published_precision: Precision | None = None  #: added later, so it stands last
