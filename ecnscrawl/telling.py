"""What is told to people, on a terminal or in a log: nothing that a terminal obeys, and nothing that is secret.

A server, an old report or a file's name may hold control characters, and an address a password; whatever prints or logs
goes through here.

>>> told("ftp://desk:s3cret@host/x is \\x1b[31mred")
'ftp://***@host/x is \\\\x1b[31mred'
"""

import logging
import re
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ecnscrawl.text import visible

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings  # pages are read without Scrapy too

# What stands between the scheme and the last @ before the path; a password may hold a slash, but a port is none.
_USER_INFO = re.compile(r"(?<=://)(?:[^\s/?#@:]*:(?!\d+[/?#\s])[^\s?#]*|[^\s/?#]*)@(?=[^\s/?#])")
_SECRET_NAME = re.compile(r"PASS(?!IVE)|SECRET|TOKEN|_KEY\b|ACCESS_KEY|AUTHORIZATION|COOKIE$|API-?KEY", re.IGNORECASE)
_SHORTEST = 4  #: letters: a shorter value would be hidden in every other word
_HIDDEN = "***"

_secrets: set[str] = set()  # of this process, as its log and its standard streams are


def discreet(text: str) -> str:
    """The text without the user info of addresses, and without the secrets that this process was told of."""
    for secret in sorted(_secrets, key=len, reverse=True):  # one may be a part of another
        text = text.replace(secret, _HIDDEN)
    return _USER_INFO.sub(f"{_HIDDEN}@", text) if "://" in text else text


def discreet_document(value: Any) -> Any:
    """The same for all texts of a document, but for its keys: they are its form, and not what somebody says."""
    if isinstance(value, str):
        return discreet(value)
    if isinstance(value, dict):
        return {key: discreet_document(each) for key, each in value.items()}
    return [discreet_document(each) for each in value] if isinstance(value, list) else value


def told(text: str) -> str:
    """The text as it is told: discreet, and with all that is no text spelled out; lines stay lines."""
    return visible(discreet(text))


def tell(*lines: object, error: bool = False) -> None:
    """Print these lines, on standard error where it is no answer but news."""
    for line in lines:
        print(told(str(line)), file=sys.stderr if error else sys.stdout, flush=True)


def tell_form(line: str) -> None:
    """Print a line of a fixed form on standard error, whose free parts are discreet already: no secret may tear it."""
    print(visible(line), file=sys.stderr, flush=True)


def keep_secret(settings: "BaseSettings", environment: Mapping[str, str]) -> None:
    """Hide from now on the passwords, tokens and cookies of settings, and the passwords of addresses in both.

    Other variables of the environment are other programs' matter: nothing of ours reads or tells them.
    """
    own = {name: settings[name] for name in settings if settings.getpriority(name)}  # Scrapy's defaults are no secrets
    found = {*_secrets_in(own)}.union(*map(_passwords, environment.values()))
    _secrets.update(each for each in found if len(each) >= _SHORTEST)


def _secrets_in(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _secrets_in(str(key))
            yield from _secrets_in(each, str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _secrets_in(each, name)
    elif isinstance(value, str):
        if _SECRET_NAME.search(name):
            yield value
        yield from _passwords(value)


def _passwords(address: str) -> Iterable[str]:
    """The password of an address, as written, as meant, and as HTTP sends it; none where there is none."""
    if "@" not in address:
        return ()
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        user, password = unquote(parts.username or ""), parts.password
    except ValueError:
        return ()
    if not password:
        return ()
    return password, unquote(password), b64encode(f"{user}:{unquote(password)}".encode()).decode()


class ToldRecord(logging.LogRecord):
    """A record of any logger, Scrapy's and Twisted's included, whatever handler and format it comes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:
            self.exc_text = told(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 - logging's own name
        return told(super().getMessage())


def guard_log(settings: "BaseSettings", environment: Mapping[str, str]) -> None:
    """Have all that is logged from now on told like that."""
    keep_secret(settings, environment)
    logging.setLogRecordFactory(ToldRecord)
