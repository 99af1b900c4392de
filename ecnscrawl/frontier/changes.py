"""The changes to the state that follow a visit. `transitions` decides them, the store pipeline applies them."""

from dataclasses import dataclass

from ecnscrawl.frontier.records import PendingArticle, StoredArticle


@dataclass(frozen=True, slots=True)
class WriteRecord:
    """Append the record to the run's file, and remember this of it."""

    known: StoredArticle


@dataclass(frozen=True, slots=True)
class WriteReject:
    """Append the record to the run's file of rejected records."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddAlias:
    """Remember that the id has the content of another article; no record is written."""

    known: StoredArticle


@dataclass(frozen=True, slots=True)
class UpdateArticle:
    """Remember this of a stored article: that it was checked, or is gone."""

    known: StoredArticle


@dataclass(frozen=True, slots=True)
class NoteGone:
    """Append to the run's file of gone articles that this one is gone."""

    known: StoredArticle  #: before the visit
    at: int


@dataclass(frozen=True, slots=True)
class NoteReturn:
    """Append to the run's file of gone articles that this one is there again."""

    known: StoredArticle  #: before the visit
    at: int


@dataclass(frozen=True, slots=True)
class MarkPending:
    """Remember an article as seen and not stored."""

    pending: PendingArticle


@dataclass(frozen=True, slots=True)
class SetListingIfUnknown:
    """Remember in which listing a stored article is found, if that is not known."""

    id: str
    listing: str


Change = (
    WriteRecord | WriteReject | AddAlias | UpdateArticle | NoteGone | NoteReturn | MarkPending | SetListingIfUnknown
)
