"""The tables in the database: made once, brought from version to version, and never changed by a newer one's worker."""

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.postgres import schema
from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.server_address import ServerAddress

pytestmark = pytest.mark.system

TABLES = (
    "alarms articles facts forgotten forgotten_content gone latest_reports listings pauses pending records rejected"
    " reports schema_version sites walks"
).split()


def test_a_database_without_tables_is_refused_with_the_way_out(database: ServerAddress) -> None:
    with open_connection(database) as connection, pytest.raises(CannotStart, match=r"no tables .* state init"):
        schema.check(connection)


def test_the_tables_are_made_in_a_schema_of_their_own(database: ServerAddress) -> None:
    with open_connection(database) as connection:
        assert schema.create(connection) == 0
        schema.check(connection)
        found = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
    own = [(where, name) for where, name in found if where not in ("pg_catalog", "information_schema")]
    assert sorted(own) == [("ecnscrawl", name) for name in TABLES]


def test_making_the_tables_again_changes_nothing(database: ServerAddress) -> None:
    with open_connection(database) as connection:
        schema.create(connection)
        connection.execute("INSERT INTO ecnscrawl.sites (site) VALUES ('ecns')")
        assert schema.create(connection) == schema.VERSION
        assert connection.execute("SELECT site FROM ecnscrawl.sites").fetchall() == [("ecns",)]


def test_older_tables_are_refused_until_the_missing_steps_are_carried_out(
    database: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    further = (*schema.STEPS, "ALTER TABLE ecnscrawl.sites ADD COLUMN since bigint")
    with open_connection(database) as connection:
        schema.create(connection)
        monkeypatch.setattr(schema, "VERSION", 2)
        with pytest.raises(CannotStart, match=r"version 1, this ecnscrawl needs 2; .*state init"):
            schema.check(connection)
        assert schema.create(connection, further) == 1
        assert connection.execute("SELECT since FROM ecnscrawl.sites").fetchall() == []


@pytest.mark.parametrize(
    "damage", ["DELETE FROM ecnscrawl.schema_version", "UPDATE ecnscrawl.schema_version SET version = 0"]
)
def test_tables_of_no_version_are_refused_by_workers_and_by_init_with_a_way_out(
    database: ServerAddress, damage: str
) -> None:
    with open_connection(database) as connection:
        schema.create(connection)
        connection.execute(damage.encode())
        for refusing in (schema.check, schema.create):
            with pytest.raises(CannotStart, match=r"does not say of which version; restore a backup .* DROP SCHEMA"):
                refusing(connection)


def test_newer_tables_are_refused_by_workers_and_by_init(database: ServerAddress) -> None:
    with open_connection(database) as connection:
        schema.create(connection)
        connection.execute("UPDATE ecnscrawl.schema_version SET version = 99")
        for refusing in (schema.check, schema.create):
            with pytest.raises(CannotStart, match="version 99, which is newer than this ecnscrawl's 1; upgrade it"):
                refusing(connection)


def test_a_step_that_fails_changes_nothing(database: ServerAddress) -> None:
    with open_connection(database) as connection:
        schema.create(connection)
        with pytest.raises(Exception, match="nothing_like_it"):
            schema.create(connection, (*schema.STEPS, "CREATE TABLE ecnscrawl.more (a int); SELECT nothing_like_it"))
        schema.check(connection)
        assert connection.execute("SELECT to_regclass('ecnscrawl.more')").fetchone() == (None,)
