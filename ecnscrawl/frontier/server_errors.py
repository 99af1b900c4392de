"""The errors of a PostgreSQL server: which there are, which may pass, and what they say. Loads no psycopg."""

import sys

_TOO_LARGE = "54"  # class of SQLSTATE, which psycopg counts among the operational errors
_NO_RIGHT, _READ_ONLY = "42501", "25006"  # SQLSTATE

CHECK = "check that the server runs, and the host, port, user, password and database of its address"
GRANT = (
    "let its user read and write the tables of the schema ecnscrawl, use its sequence and create temporary tables;"
    " `state init` needs the right to create a schema"
)
_WRITABLE = (
    "name the server that may be written, or all of them with target_session_attrs=read-write at the end of its address"
)


def database_errors() -> tuple[type[Exception], ...]:
    """Return the classes of the errors of psycopg; none where nothing has imported it, so that none was raised."""
    psycopg = sys.modules.get("psycopg")
    return () if psycopg is None else (psycopg.Error,)


def reason_of(error: Exception) -> str:
    """Return the first line of an error of psycopg: the others may repeat the statement."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return line.removeprefix("connection failed: ").removeprefix("connection is bad: ")


def refusal_of(error: Exception, name: str = "the database") -> str:
    """Return why a database of this name cannot be used from the start on, and the way out."""
    ways_out = {_NO_RIGHT: GRANT, _READ_ONLY: _WRITABLE}
    return f"{name}: {reason_of(error)}; {ways_out.get(getattr(error, 'sqlstate', None) or '', CHECK)}"


def is_passing(error: Exception) -> bool:
    """Whether an error of psycopg may pass: the server restarts, is full, is read-only, or the connection is lost.

    The server also ends the connection of a process that was frozen in the midst of a transaction. What is too large
    for the database stays so.
    """
    import psycopg  # noqa: PLC0415 - an extra

    passing = (
        psycopg.OperationalError,
        psycopg.InterfaceError,
        psycopg.errors.ReadOnlySqlTransaction,
        psycopg.errors.IdleInTransactionSessionTimeout,
    )
    sqlstate = getattr(error, "sqlstate", None) or ""
    return isinstance(error, passing) and not sqlstate.startswith(_TOO_LARGE)
