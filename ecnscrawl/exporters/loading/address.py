"""Parse the address of a database to load into: `sqlite:///news.sqlite`, `duckdb:///news.duckdb`, `postgresql://…`."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.frontier.server_address import SCHEMES, SECRET_OPTIONS, parse_server
from ecnscrawl.storage.data_folder import site_folder_of

FILE_KINDS = {"sqlite": "SQLite", "duckdb": "DuckDB"}
FORMS = "sqlite:///news.sqlite, sqlite:////var/lib/news.sqlite, duckdb:///news.duckdb or postgresql://host/database"
_ENDINGS = {".sqlite": "sqlite", ".sqlite3": "sqlite", ".duckdb": "duckdb"}


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Which database, and how it is named in messages: without a password."""

    kind: str  #: sqlite, duckdb or postgresql
    name: str  #: for messages
    path: Path = field(default=Path())  #: of sqlite and duckdb
    url: str = field(default="", repr=False)  #: of postgresql, as libpq reads it

    def without_password(self) -> str:
        """Return the address as it may be noted: with the absolute path of a file, without passwords of a server."""
        if self.kind in FILE_KINDS:
            return f"{self.kind}:///{self.path.resolve()}"
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        options = [each for each in parts.query.split("&") if each and each.partition("=")[0] not in SECRET_OPTIONS]
        query = f"?{'&'.join(options)}" if options else ""
        return f"postgresql://{user.partition(':')[0]}{at}{host}{parts.path}{query}"


def parse_address(text: str, data: Path) -> DatabaseAddress:
    """Return the address that a user has written; its passwords are redacted in all output from now on.

    `data` is the data folder, absolute: a file inside a site's folder is refused. Raises WrongUsage.
    """
    scheme, colon, rest = text.partition(":")
    if not colon:
        meant = _meant(text)
        raise WrongUsage(f"{text!r} is not the address of a database; write {meant or FORMS}")
    if scheme in FILE_KINDS:
        return _file(scheme, rest, text, data)
    if scheme in SCHEMES and rest.startswith("//"):
        return _server(text)
    known = (*FILE_KINDS, SCHEMES[0])
    raise WrongUsage(f"{scheme!r} is not a kind of database{suggestion(scheme, known, 0.6)}; write {FORMS}")


def _meant(text: str) -> str | None:
    """The address that a path with a telling ending stands for."""
    kind = {**_ENDINGS, ".db": "sqlite"}.get(Path(text).suffix.lower())
    return f"{kind}:///{text}" if kind else None


def _file(kind: str, rest: str, text: str, data: Path) -> DatabaseAddress:
    if not rest.startswith("///"):
        raise WrongUsage(f"{text!r} has too few slashes; write {kind}:///relative.{kind} or {kind}:////absolute.{kind}")
    named = rest[3:]
    if not named or named.endswith("/") or named == ":memory:":
        raise WrongUsage(f"{text!r} names no file; write {kind}:///news.{kind}")
    path = Path(named)
    if path.is_dir():
        raise WrongUsage(f"{named!r} is a folder; name a file")
    if not path.parent.is_dir():
        raise WrongUsage(f"{named!r}: there is no folder {str(path.parent)!r}")
    if path.exists() and not path.is_file():
        raise WrongUsage(f"{named!r} is not a file")
    is_empty = not (path.exists() and path.stat().st_size)
    found = _ENDINGS.get(path.suffix.lower(), kind) if is_empty else _kind_of(path)
    if found is None:
        raise WrongUsage(f"{named!r} is not a database; name another file")
    if found != kind:
        what = "has the ending of" if is_empty else "is"
        raise WrongUsage(f"{named!r} {what} a {FILE_KINDS[found]} database; write {found}:///{named}")
    if folder := site_folder_of(path.resolve(), data):
        raise WrongUsage(f"{named!r} lies in the folder of the crawl's own files; name one outside {folder}")
    return DatabaseAddress(kind, named, path=path)


def _kind_of(path: Path) -> str | None:
    """Return the kind of database that a file is by its first bytes; None if it is none.

    Sources: https://www.sqlite.org/fileformat.html and https://duckdb.org/docs/stable/internals/storage.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise WrongUsage(f"{str(path)!r} cannot be read ({error.strerror}); name another file") from None
    if head == b"SQLite format 3\0":
        return "sqlite"
    return "duckdb" if head[8:12] == b"DUCK" else None


def _server(text: str) -> DatabaseAddress:
    server = parse_server(text)
    return DatabaseAddress("postgresql", server.name, url=text)
