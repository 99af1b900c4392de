"""The state on PostgreSQL while a commit is under way, and when it is tried again or comes too late."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from ecnscrawl.frontier.postgres import claims, schema
from ecnscrawl.frontier.postgres.changes import Changes
from ecnscrawl.frontier.postgres.connection import ReadingConnection, RetryPolicy, open_connection
from ecnscrawl.frontier.postgres.state import PostgresState
from ecnscrawl.frontier.postgres.writes import write
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.sharing import Claim, ClaimLost
from tests.frontier.stores import NOW, WAITING
from tests.samples import article, known

pytestmark = pytest.mark.system

PENDING_WITH_NUL = replace(WAITING, reason="it has a \0 and a \ud800")


class Database:
    """A database with a claim of the site `ecns`."""

    def __init__(self, address: ServerAddress) -> None:
        self.connection = open_connection(address)
        schema.create(self.connection)
        self.held = self.claim()
        self.statements = 0
        self._reader = ReadingConnection(lambda: open_connection(address), RetryPolicy(0))

    def rows(self, statement: str, values: object) -> object:
        """The reader of a state, which counts the statements."""
        self.statements += 1
        return self._reader.rows(statement, values)  # type: ignore[arg-type]

    def claim(self) -> Claim:
        """Claim the site, whose lease has ended."""
        self.connection.execute("UPDATE ecnscrawl.sites SET lease_until = '-infinity'")
        held = claims.claim(self.connection, "ecns", "a test", 60)
        assert held is not None
        return held

    def state(self) -> PostgresState:
        """The site's state, as another run finds it."""
        return PostgresState(self, "ecns", self.write)  # type: ignore[arg-type]

    def write(self, changes: Changes) -> None:
        """Write changes with the claim."""
        write(self.connection, self.held, changes)

    def close(self) -> None:
        """Close the connections."""
        self.connection.close()
        self._reader.close()


@pytest.fixture
def opened(database: ServerAddress) -> Iterator[Database]:
    made = Database(database)
    yield made
    made.close()


def test_what_is_being_written_is_seen_and_what_comes_later_belongs_to_the_next_commit(opened: Database) -> None:
    state = opened.state()
    state.store(known(article(1)))
    changes = state.begin_commit()
    state.mark_pending(WAITING)
    state.store(known(article(2)))
    assert state.article("ecns:ihtest1") == known(article(1))
    assert state.pending(WAITING.id) == WAITING
    assert state.original(bytes.fromhex(article(1).content_hash)) == "ecns:ihtest1"
    opened.write(changes)
    state.end_commit(changes)
    assert (state.article("ecns:ihtest1"), state.pending(WAITING.id)) == (known(article(1)), WAITING)
    other = opened.state()
    assert other.article("ecns:ihtest1") == known(article(1))
    assert (other.article("ecns:ihtest2"), other.pending(WAITING.id)) == (None, None)


def test_changes_may_be_written_twice(opened: Database) -> None:
    state = opened.state()
    state.store(known(article(1)))
    state.mark_pending(WAITING)
    state.forget("ecns:ihtest3", [b"a hash"])
    state.set_meta("runs", 3)
    state.add_row("INSERT INTO ecnscrawl.pauses VALUES (%s, now()) ON CONFLICT DO NOTHING", ["example.org"])
    changes = state.begin_commit()
    for _ in range(2):
        opened.write(changes)
    other = opened.state()
    assert (other.count(), other.get_meta("runs"), other.is_forgotten("ecns:ihtest3")) == (1, 3, True)
    assert opened.connection.execute("SELECT count(*) FROM ecnscrawl.pauses").fetchone() == (1,)


def test_whoever_has_lost_the_claim_writes_nothing(opened: Database) -> None:
    state, late = opened.state(), opened.held
    state.store(known(article(1)))
    opened.claim()
    with pytest.raises(ClaimLost, match="another worker has taken over ecns"):
        write(opened.connection, late, state.begin_commit())
    assert opened.state().article("ecns:ihtest1") is None


def test_what_is_known_of_many_ids_is_read_by_one_statement_and_not_again(opened: Database) -> None:
    state = opened.state()
    state.store(known(article(1)))
    state.mark_pending(replace(WAITING, id="ecns:ihtest2"))
    state.forget("ecns:ihtest3", [])
    state.commit()
    other = opened.state()
    before = opened.statements
    other.prefetch(["ecns:ihtest1", "ecns:ihtest2", "ecns:ihtest3", "ecns:never"])
    assert other.article("ecns:ihtest1") == known(article(1))
    assert other.pending("ecns:ihtest1") is None
    assert other.pending("ecns:ihtest2") is not None
    assert other.is_forgotten("ecns:ihtest3")
    assert (other.first_run("ecns:never"), other.first_run("ecns:ihtest3")) == (None, 0)
    assert opened.statements == before + 1


def test_what_is_kept_in_memory_is_what_was_written_since(opened: Database) -> None:
    state = opened.state()
    assert state.article("ecns:ihtest1") is None
    state.mark_pending(WAITING)
    state.commit()
    assert state.pending("ecns:ihtest1") == WAITING
    state.store(known(article(1)))
    state.commit()
    before = opened.statements
    assert (state.article("ecns:ihtest1"), state.pending("ecns:ihtest1")) == (known(article(1)), None)
    assert opened.statements == before


def test_listings_and_single_values_are_read_once_and_known_as_they_were_written(opened: Database) -> None:
    state = opened.state()
    snapshot = ListingSnapshot(CacheValidators("https://www.ecns.cn/world/"), b"digest", NOW, 1)
    assert (state.get_meta("runs"), state.listing(snapshot.validators.url)) == (None, None)
    state.set_meta("runs", 1)
    state.set_meta("last", "a")
    state.save_listing(snapshot)
    state.commit()
    state.remove_meta("last")
    state.commit()
    before = opened.statements
    assert (state.get_meta("runs"), state.get_meta("last"), state.get_meta("never")) == (1, None, None)
    assert state.listing(snapshot.validators.url) == snapshot
    assert opened.statements == before
    other = opened.state()
    assert (other.get_meta("runs"), other.get_meta("last")) == (1, None)
    assert other.listing(snapshot.validators.url) == snapshot


def test_a_content_that_an_article_has_lost_belongs_to_another_one(opened: Database) -> None:
    state, digest = opened.state(), bytes.fromhex(article(1).content_hash)
    state.store(known(article(1)))
    state.commit()
    state.store(known(article(1, title="Another one", revision=2)))
    assert state.original(digest) is None
    state.store(known(article(2), content_hash=digest))
    assert state.original(digest) == "ecns:ihtest2"


def test_texts_of_a_server_that_no_database_can_hold_are_stored_without_that(opened: Database) -> None:
    state = opened.state()
    state.mark_pending(PENDING_WITH_NUL)
    state.set_meta("texts", "a\0b")
    state.commit()
    found = opened.state().pending(WAITING.id)
    assert found is not None
    assert found.reason == "it has a  and a ?"
    assert opened.state().get_meta("texts") == "a\0b"
