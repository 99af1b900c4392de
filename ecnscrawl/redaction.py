"""Redact secrets and escape control characters in all output, on the terminal and in the log.

A server, an old report or a file name may contain control characters, and a URL may contain a password. So everything
that this project prints or logs goes through this module.

>>> sanitize("ftp://desk:s3cret@host/x is \\x1b[31mred")
'ftp://***@host/x is \\\\x1b[31mred'
"""

import logging
import re
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings  # pages are read without Scrapy too

# The user info of a URL: everything between `://` and the last @ before the path. A password may contain a slash, but
# `host:8080/x@y` has a port, not a password.
_USER_INFO = re.compile(r"(?<=://)(?:[^\s/?#@:]*:(?!\d+[/?#\s])[^\s?#]*|[^\s/?#]*)@(?=[^\s/?#])")
_SECRET_NAME = re.compile(r"PASS(?!IVE)|SECRET|TOKEN|_KEY\b|ACCESS_KEY|AUTHORIZATION|COOKIE$|API-?KEY", re.IGNORECASE)
_MIN_SECRET_LENGTH = 4  #: characters: a shorter value would be redacted in unrelated words
_SECRET_OPTION = re.compile(r"^postgres(?:ql)?://.*[?&](?:ssl)?password=([^&\s]*)")
_HIDDEN = "***"

_secrets: set[str] = set()  # global, because the log and the standard streams are global too


def redact(text: str) -> str:
    """Return the text with `***` in place of each registered secret and of the user info of each URL."""
    for secret in sorted(_secrets, key=len, reverse=True):  # the longest first: one secret may be part of another
        text = text.replace(secret, _HIDDEN)
    return _USER_INFO.sub(f"{_HIDDEN}@", text) if "://" in text else text


def redact_document(value: Any) -> Any:
    """Return a JSON document with its strings redacted, but not its keys: they are names that this project chose."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: redact_document(each) for key, each in value.items()}
    return [redact_document(each) for each in value] if isinstance(value, list) else value


def sanitize(text: str) -> str:
    """Return the text redacted, and with control characters escaped (`\\x1b`); tabs and line ends stay."""
    return visible(redact(text))


def print_safely(*lines: object, error: bool = False) -> None:
    """Print these lines sanitized, on standard output; with `error=True` on standard error."""
    for line in lines:
        print(sanitize(str(line)), file=sys.stderr if error else sys.stdout, flush=True)


def print_fixed_form(line: str) -> None:
    """Print a line of a fixed form, such as a run's last line, on standard error.

    Its variable parts must be redacted already. The whole line is not redacted again: a secret such as `new=` would
    break the form that other programs parse.
    """
    print(visible(line), file=sys.stderr, flush=True)


def register_secrets(settings: "BaseSettings", environment: Mapping[str, str]) -> None:
    """Redact from now on the secrets of this run: passwords, tokens and cookies in settings, passwords in URLs.

    `environment` is searched for passwords in URLs only, as in `https_proxy`: nothing of ours prints its other values.
    """
    # Priority 0 is Scrapy's default, which is never a secret.
    own = {name: settings[name] for name in settings if settings.getpriority(name)}
    found = {*_secrets_in(own)}.union(*map(_passwords, environment.values()))
    _secrets.update(each for each in found if len(each) >= _MIN_SECRET_LENGTH)


def register_secret(value: str) -> None:
    """Redact this value from now on, such as a password that a user has written into an address."""
    if len(value) >= _MIN_SECRET_LENGTH:
        _secrets.add(value)


def is_secret_name(name: str) -> bool:
    """Whether the value of a setting or header of this name is a secret.

    >>> is_secret_name("Set-Cookie"), is_secret_name("Content-Type")
    (True, False)
    """
    return _SECRET_NAME.search(name) is not None


def without_secrets(value: Any, name: str = "") -> Any:
    """Return the value of a setting with `***` in place of each secret in it."""
    if isinstance(value, Mapping):
        return {str(key): without_secrets(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(each, name) for each in value]
    if isinstance(value, str):
        return _HIDDEN if is_secret_name(name) else redact(value)
    return value


def _secrets_in(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _secrets_in(str(key))
            yield from _secrets_in(each, str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _secrets_in(each, name)
    elif isinstance(value, str):
        if is_secret_name(name):
            yield value
        yield from _passwords(value)


def _passwords(address: str) -> Iterable[str]:
    """Return the password of a URL in each form it may appear in: as written, unquoted, and as HTTP Basic sends it."""
    found = [unquote(secret) for secret in _SECRET_OPTION.findall(address)]
    if "@" not in address:
        return found
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        user, password = unquote(parts.username or ""), parts.password
    except ValueError:
        return found
    if not password:
        return found
    return *found, password, unquote(password), b64encode(f"{user}:{unquote(password)}".encode()).decode()


class SanitizedLogRecord(logging.LogRecord):
    """A sanitized log record of any logger, including Scrapy's and Twisted's, for any handler and format."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:
            self.exc_text = sanitize(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 - logging's own name
        return sanitize(super().getMessage())


def install_log_redaction(settings: "BaseSettings", environment: Mapping[str, str]) -> None:
    """Register the secrets of this run, and sanitize every log record from now on."""
    register_secrets(settings, environment)
    logging.setLogRecordFactory(SanitizedLogRecord)


# Control, format (zero-width, bidirectional, soft hyphen, tags) and surrogate code points: Unicode's Cc, Cf and Cs,
# but not white space, which collapses to a blank, and not the Arabic number signs, which are format characters
# that a reader sees (U+0600-0605, U+06DD, U+070F, U+0890-0891, U+08E2).
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


# For text with several lines: all of these, and all white space except blank, tab and newline.
_UNSEEN = re.compile(f"{INVISIBLE.pattern[:-1]}\x0b-\x0d\x1c-\x1f\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return the text with each invisible character as an escape sequence. Line ends stay.

    >>> visible("a title\\x1b[2J")
    'a title\\\\x1b[2J'
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
