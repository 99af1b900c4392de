"""The rights that a user needs in a database, checked at the start: else a run would fail when it stores.

The right to create temporary tables is not checked here: `watch` creates its table before its first run.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.server_errors import GRANT

if TYPE_CHECKING:
    from psycopg import Connection

Rights = Mapping[str, str]  #: of each table, the statements that must be allowed

#: What a crawl carries out. An upsert reads too, and old reports are removed.
OF_A_RUN: Rights = {
    "sites": "SELECT INSERT UPDATE",
    "articles": "SELECT INSERT UPDATE",
    "pending": "SELECT INSERT UPDATE DELETE",
    "listings": "SELECT INSERT UPDATE",
    "walks": "SELECT INSERT UPDATE DELETE",
    "facts": "SELECT INSERT UPDATE DELETE",
    "forgotten": "SELECT",
    "forgotten_content": "SELECT",
    "records": "SELECT INSERT",
    "rejected": "SELECT INSERT",
    "gone": "SELECT INSERT",
    "reports": "SELECT INSERT DELETE",
    "latest_reports": "SELECT INSERT UPDATE",
    "alarms": "SELECT INSERT DELETE",
    "pauses": "SELECT INSERT UPDATE DELETE",
}
#: What `publish` carries out, beside giving numbers by the sequence.
OF_PUBLISHING: Rights = {"records": "SELECT UPDATE", "forgotten": "SELECT"}

_LACKING = """
SELECT name, statement FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS needed (name, statement, place)
WHERE NOT has_table_privilege('ecnscrawl.' || name, statement) ORDER BY place
"""
_SEQUENCE = "SELECT has_sequence_privilege('ecnscrawl.publication', 'USAGE, UPDATE')"


def check(connection: "Connection[Any]", needed: Rights, name: str) -> None:
    """Raise CannotStart if the user of the connection lacks a right. `name` is the database's, for the message.

    Raises errors of psycopg.
    """
    pairs = [(table, statement) for table, statements in needed.items() for statement in statements.split()]
    lacking = connection.execute(_LACKING, [[each for each, _ in pairs], [each for _, each in pairs]]).fetchall()
    if lacking:
        first = lacking[0][0]
        statements = ", ".join(statement for table, statement in lacking if table == first)
        raise CannotStart(f"{name}: permission denied for table {first} ({statements}); {GRANT}")


def check_sequence(connection: "Connection[Any]", name: str) -> None:
    """Raise CannotStart if the user of the connection may not take numbers for published records; see `check`."""
    if connection.execute(_SEQUENCE).fetchone() != (True,):
        raise CannotStart(f"{name}: permission denied for sequence publication (USAGE); {GRANT}")
