"""The outcomes of a visit to an article."""

from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of a visit to an article; see `Visit.outcome`."""

    READ = "read"  #: and not yet compared with what is stored
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"
    OUTSIDE = "outside"  #: read, but not published on the days asked for
    NEW = "new"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    SKIPPED = "skipped"  #: no article of its own, or not to be stored: it is remembered, and not requested again
