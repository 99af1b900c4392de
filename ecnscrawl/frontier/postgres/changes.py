"""What a run has changed in the state and the database does not have yet, as whole rows by their keys.

Only one run changes a site's rows, so a change is worked out in memory and written as the row that results. The same
changes can then be written twice: a commit whose answer was lost is simply tried again.

The commits of a site have numbers, and the database keeps the last one. So a run notices that a commit is missing
because a standby took over before it had it, or a backup was restored. It then writes nothing: its rows may depend on
those of the missing commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ecnscrawl.frontier.records import ListingSnapshot, PendingArticle, StoredArticle

COMMITS = "commits"  #: the name under which the number of the site's last commit is stored


@dataclass(eq=False)
class Changes:
    """The changes of one transaction. None stands for a row that is removed."""

    number: int | None = None  #: of the commit; None if it does not depend on earlier ones
    articles: dict[str, StoredArticle | None] = field(default_factory=dict)
    pending: dict[str, PendingArticle | None] = field(default_factory=dict)
    listings: dict[str, ListingSnapshot] = field(default_factory=dict)
    walks: dict[str, int | None] = field(default_factory=dict)
    facts: dict[str, str | int | None] = field(default_factory=dict)
    forgotten: dict[str, set[bytes]] = field(default_factory=dict)  #: content hashes by id
    ids_by_content: dict[bytes, str] = field(default_factory=dict)  #: of `articles`, where to look first
    #: Rows of other tables: by a statement that may be carried out twice, the values of each row.
    rows: dict[str, list[Sequence[Any]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.articles, self.pending, self.listings, self.walks, self.facts, self.forgotten, self.rows))

    def set_article(self, known: StoredArticle) -> None:
        """Change what is known of a stored article."""
        self.articles[known.id] = known
        if known.content_hash is not None and known.alias_of is None:
            self.ids_by_content[known.content_hash] = known.id


class Layers:
    """The changes that are being written, and above them those that are still being collected."""

    def __init__(self) -> None:
        self.newest = Changes()
        self._below: list[Changes] = []  #: in the order in which they are written

    def take(self) -> Changes:
        """Return the newest changes to be written, and collect further ones apart from them."""
        taken, self.newest = self.newest, Changes()
        self._below.append(taken)
        return taken

    def confirm(self, written: Changes) -> None:
        """Drop changes that the database has by now."""
        self._below.remove(written)

    def drop_all(self) -> None:
        """Forget everything that was not written."""
        self.newest, self._below = Changes(), []

    def newest_first(self) -> Iterator[Changes]:
        """Yield the layers, the newest first."""
        yield self.newest
        yield from reversed(self._below)

    def merged(self, table: str) -> Mapping[str, Any]:
        """Return the changes of a table in all layers, by key.

        >>> layers = Layers()
        >>> layers.newest.facts["runs"] = 1
        >>> taken = layers.take()
        >>> layers.newest.facts["runs"] = 2
        >>> layers.merged("facts")
        {'runs': 2}
        """
        found: dict[str, Any] = {}
        for changes in (*self._below, self.newest):
            found |= getattr(changes, table)
        return found
