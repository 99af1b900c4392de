"""The outcomes of a visit to an article."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of a visit. The spider decides the first five, the pipelines the others."""

    READ = "read"
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"
    OUTSIDE = "outside"  #: read, but not published on the days asked for
    NEW = "new"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
