"""The changes to the state that follow a visit. `transitions` decides them, the store pipeline applies them."""

import msgspec

from ecnscrawl.frontier.records import PendingArticle, StoredArticle


class WriteRecord(msgspec.Struct, frozen=True):
    """Append the record to the run's file, and remember this of it."""

    known: StoredArticle


class WriteReject(msgspec.Struct, frozen=True):
    """Append the record to the run's file of rejected records."""

    reasons: tuple[str, ...]


class AddAlias(msgspec.Struct, frozen=True):
    """Remember that the id has the content of another article; no record is written."""

    known: StoredArticle


class UpdateArticle(msgspec.Struct, frozen=True):
    """Remember this of a stored article: that it was checked, or is gone."""

    known: StoredArticle


class NoteGone(msgspec.Struct, frozen=True):
    """Append to the run's file of gone articles that this one is gone."""

    known: StoredArticle  #: before the visit
    at: int


class NoteReturn(msgspec.Struct, frozen=True):
    """Append to the run's file of gone articles that this one is there again."""

    known: StoredArticle  #: before the visit
    at: int


class MarkPending(msgspec.Struct, frozen=True):
    """Remember an article as seen and not stored."""

    pending: PendingArticle


class SetListingIfUnknown(msgspec.Struct, frozen=True):
    """Remember in which listing a stored article is found, if that is not known."""

    id: str
    listing: str


Change = (
    WriteRecord | WriteReject | AddAlias | UpdateArticle | NoteGone | NoteReturn | MarkPending | SetListingIfUnknown
)
