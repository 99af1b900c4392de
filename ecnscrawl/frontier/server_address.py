"""The address of a PostgreSQL database, as a user writes it and as messages may name it."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.redaction import register_secret

SCHEMES = ("postgresql", "postgres")
SECRET_OPTIONS = ("password", "sslpassword")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Which database of which server."""

    name: str  #: for messages, without user and password
    url: str = field(repr=False)  #: as libpq reads it


def parse_server(text: str) -> ServerAddress:
    """Return the address that a user has written; its passwords are redacted in all output from now on.

    What libpq would split elsewhere than its writer meant is refused: its messages would print parts of a password.
    Raises WrongUsage.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in SCHEMES or not rest.startswith("//"):
        raise WrongUsage("the address of the database is none of PostgreSQL; write postgresql://host/database")
    before, at, after = rest.removeprefix("//").partition("@")
    if "@" in after or (at and any(each in before for each in "/?#")):
        raise WrongUsage(
            "the address of the database is ambiguous; in user name and password write @ as %40, / as %2F, ? as %3F"
            " and # as %23, or leave the password to PGPASSFILE"
        )
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise WrongUsage(f"the address of the database is invalid: {error}") from None
    options = dict(parse_qsl(parts.query))
    for secret in (parts.password or "", *(options.get(name, "") for name in SECRET_OPTIONS)):
        register_secret(secret)
        register_secret(unquote(secret))
    return ServerAddress(f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}", text)
