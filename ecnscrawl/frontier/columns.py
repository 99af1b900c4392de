"""Rows and Structs: the columns of a table are the fields of its Struct in `frontier/records`.

No column is known by its position: the list of columns of each statement is made from the fields. All stores have the
same columns, so that a state can be copied from one to another.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec

from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle, StoredArticle

Row = dict[str, Any]  #: a row's values by column name
T = TypeVar("T", bound=msgspec.Struct)


class Columns(Generic[T]):
    """The columns of a table that holds records of one Struct.

    >>> columns = Columns(PendingArticle)
    >>> columns.listed
    'id, url, listing, first_seen, first_run, attempts, next_try, reason, published_at, published_precision'
    """

    def __init__(self, record: type[T], read: dict[str, Callable[[Any], object]] | None = None) -> None:
        """`read` has, by the name of a column, how its value becomes the field's."""
        self.names = record.__struct_fields__
        self.listed = ", ".join(self.names)
        self._record = record
        self.values = attrgetter(*self.names)  #: gives those of a record, in the order of the columns
        self._read = [(self.names.index(name), convert) for name, convert in (read or {}).items()]

    def record(self, row: Iterable[Any]) -> T:
        """Return the record of a row that was selected with `listed`."""
        if not self._read:
            return self._record(*row)
        values = list(row)
        for index, convert in self._read:
            values[index] = convert(values[index])
        return self._record(*values)

    def row(self, record: T) -> Row:
        """Return the values of a record, for a statement with named parameters."""
        return dict(zip(self.names, self.values(record), strict=True))


_parts_decoder = msgspec.json.Decoder(tuple[CacheValidators, ...])
ARTICLES = Columns(StoredArticle, read={"parts": lambda text: _parts_decoder.decode(text) if text else ()})
_PARTS = ARTICLES.names.index("parts")
PENDING = Columns(PendingArticle)
#: Of a listing: those of its cache validators, and the others.
VALIDATORS = ("url", "etag", "last_modified")
SNAPSHOT = tuple(name for name in ListingSnapshot.__struct_fields__ if name != "validators")


def article_row(known: StoredArticle) -> Row:
    """Return the values of the table `articles`."""
    return dict(zip(ARTICLES.names, article_values(known), strict=True))


def article_values(known: StoredArticle) -> list[Any]:
    """Return the same in the order of the columns."""
    values = list(ARTICLES.values(known))
    values[_PARTS] = msgspec.json.encode(known.parts).decode() if known.parts else None
    return values


def listing_row(listing: ListingSnapshot) -> Row:
    """Return the values of the table `listings`."""
    row = {name: getattr(listing.validators, name) for name in VALIDATORS}
    return row | {name: getattr(listing, name) for name in SNAPSHOT}


def storable(text: str) -> str:
    """Return a text from outside as PostgreSQL can hold it: without NUL and without half of a surrogate pair.

    >>> storable("a\\0b")
    'ab'
    """
    return text if text.isprintable() else text.replace("\0", "").encode("utf-8", "replace").decode()
