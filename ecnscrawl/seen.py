"""What there is to remember of the articles and listing pages that were seen.

Times are whole seconds since 1970, UTC.
"""

from dataclasses import dataclass

import msgspec


class Validators(msgspec.Struct, frozen=True, array_like=True):
    """What a server said to ask with next time, for one address."""

    url: str
    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The request headers that make the next question a conditional one."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Known:
    """An article that is stored, or the alias of one."""

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
    parts: tuple[Validators, ...]  #: one for each page of the article, first page first
    gone_at: int | None


@dataclass(frozen=True, slots=True)
class Pending:
    """An article that was seen in a listing and is not stored."""

    id: str
    url: str
    listing: str | None
    first_seen: int
    first_run: int
    attempts: int = 0
    next_try: int | None = 0  #: None where it has been given up
    reason: str | None = None
    published_at: int | None = None  #: known where it was read but lay outside the dates asked for


@dataclass(frozen=True, slots=True)
class ListingState:
    """What was found when a listing page was last there."""

    validators: Validators
    digest: bytes
    last_read: int  #: when it was last asked for
    last_run: int  #: the run that last read it: later ones found it unchanged
    links: int = 0  #: to articles, when it was last read
    most_links: int = 0  #: at any time: a listing that had some and has none has changed
    empty_page: bytes | None = None  #: fingerprint of the page, where it came without links and with scripts
    was_rendered: bool = False  #: a browser has run the scripts of that page, and found no link either
