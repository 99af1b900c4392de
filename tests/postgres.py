"""A PostgreSQL server for tests, in a temporary folder, reached by a socket there."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from ecnscrawl.frontier.postgres.connection import open_connection
from ecnscrawl.frontier.server_address import ServerAddress
from tests.needs import lacking

_OTHER_USER = "nobody"  # the server refuses to be run by root


class Server:
    """A server that tests may stop and start again."""

    def __init__(self, *, port: int | None = None, synced: bool = False) -> None:
        """With a port it can be reached at 127.0.0.1 too; without `synced` it does not wait for the disk.

        Skips the test where there is no PostgreSQL.
        """
        self._options = "" if synced else " -c fsync=off"
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._user = {"user": _OTHER_USER, "group": pwd.getpwnam(_OTHER_USER).pw_gid, "extra_groups": []}
            shutil.chown(self._folder, _OTHER_USER)
        self._listening = f"-c listen_addresses=127.0.0.1 -p {port}" if port else "-c listen_addresses="
        self._data = str(self._folder / "data")
        self.environment = {"PGHOST": str(self._folder), "PGUSER": "postgres", "PGDATABASE": "postgres"}
        if port:
            self.environment["PGPORT"] = str(port)

    def make(self) -> None:
        """Make its files."""
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self._folder} {self._listening}{self._options}"
        self._run("pg_ctl", "-D", self._data, "-l", str(self._folder / "server.log"), "-o", options, "-w", "start")

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def remove(self) -> None:
        """Remove its files."""
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file: the server would hold a pipe open.
        with (self._folder / "log").open("ab") as log:
            done = subprocess.run(
                [self._programs / program, *arguments], cwd=self._folder, stdout=log, stderr=log, timeout=60,
                check=False, **self._user,
            )  # fmt: skip
        assert done.returncode == 0, (self._folder / "log").read_text(encoding="utf-8")


@contextmanager
def postgres_that_stops(*, port: int | None = None, synced: bool = False) -> Iterator[Server]:
    """Run a server that the test may kill and start again. Skips the test where there is none."""
    server = Server(port=port, synced=synced)
    try:
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.kill()
    finally:
        server.remove()


@contextmanager
def postgres(*, synced: bool = False) -> Iterator[dict[str, str]]:
    """Run a server; gives the environment in which psql finds it. Skips the test where there is none."""
    with postgres_that_stops(synced=synced) as server:
        yield server.environment


def conninfo(environment: dict[str, str]) -> str:
    """The connection string of libpq for a server's environment."""
    names = {"PGHOST": "host", "PGUSER": "user", "PGDATABASE": "dbname"}
    return " ".join(f"{names[name]}={value}" for name, value in environment.items())


@contextmanager
def empty_database(server: dict[str, str]) -> Iterator[ServerAddress]:
    """The address of a new, empty database, which is removed afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with open_connection(ServerAddress("the tests' server", address_of(server))) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield ServerAddress("the test's database", address_of(server | {"PGDATABASE": name}))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def address_of(server: dict[str, str]) -> str:
    """The address of a database, as a user writes it."""
    host = quote(server["PGHOST"], safe="")
    return f"postgresql://{server['PGUSER']}@{host}/{server['PGDATABASE']}"


def _programs() -> Path:
    """The folder of the server's programs, which Debian keeps off the PATH; the newest of several."""
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or not shutil.which("psql"):
        lacking("PostgreSQL is not installed; on Debian: apt install postgresql")
    return found[-1].resolve().parent


def psql(environment: dict[str, str], *commands: str) -> str:
    """The output of psql for these commands, unaligned, without headers."""
    words: Sequence[str] = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def new_database(environment: dict[str, str]) -> str:
    """Make a database with the tables of runs on a server, and return its address."""
    import psycopg

    from ecnscrawl.frontier.postgres import schema

    name = f"rows_{uuid.uuid4().hex}"
    psql(environment, f"CREATE DATABASE {name}")
    options = urlencode({"host": environment["PGHOST"], "user": environment["PGUSER"]}, quote_via=quote)
    address = f"postgresql:///{name}?{options}"
    with psycopg.connect(address, autocommit=True) as connection:
        schema.create(connection)
    return address
