"""Fields in the head of a WARC record, in each form that the standard allows."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_REST = {len("2026"): "-01-01", len("2026-11"): "-01"}  # what a date lacks


def field_of(record: "WarcRecord", name: str) -> str:
    """Return a field; an empty text if there is none. FastWARC keeps the space before one that is in the next line."""
    return (record.headers.get(name) or "").strip()


def date_of(text: str) -> datetime | None:
    """Return when the year, month or day begins that is all that WARC 1.1 demands of a date.

    >>> date_of("2026-11")
    datetime.datetime(2026, 11, 1, 0, 0)
    """
    try:
        return datetime.fromisoformat(text + _REST.get(len(text), ""))
    except ValueError:
        return None
