"""Check the settings before a crawl starts: a wrong one ends the command with a one-line error."""

import json
import logging
import re
from collections.abc import Sequence
from difflib import get_close_matches
from math import isfinite, nan
from pathlib import Path
from tempfile import TemporaryFile

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings
from scrapy.utils.misc import load_object

from ecnscrawl import settings as own_settings
from ecnscrawl.configuration.renamed_settings import RENAMED
from ecnscrawl.exceptions import CannotStart, WrongUsage, suggestion
from ecnscrawl.frontier.scope import RENDER_MODES
from ecnscrawl.frontier.sharing import MIN_LEASE
from ecnscrawl.storage.archive.terms import MODES as ARCHIVE_MODES

_ALIKE = 0.85  #: similarity from which a name is taken for a misspelt setting; others may belong to a plugin
_PORTS = 0x10000
_MAX_WORKERS = 64  # processes that read pages: more than there are processors only take memory
_WHOLE = re.compile(r"[+-]?\d+")
#: `news-desk@example.org`, `mailto:news-desk@example.org` or `https://example.org/bot`; it is sent in a header.
_CONTACT = re.compile(r"(?:mailto:)?[^\s()<>@]+@[^\s()<>@]+\.[^\s()<>@]+|https?://[^\s()<>]+\.[^\s()<>]+", re.ASCII)
#: With a value below one, nothing would be requested or read, or an article would be given up before its first request.
_AT_LEAST_ONE = (
    "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_ITEMS", "REACTOR_THREADPOOL_MAXSIZE",
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE", "FILE_RECORDS", "ARCHIVE_MAX_BYTES", "PENDING_ATTEMPTS", "RENDER_MEMORY_MB",
    "HEALTH_SAMPLE", "WORKER_RUNS", "WORKER_BROWSERS",
)  # fmt: skip
#: Time limits in seconds, and a divisor.
_ABOVE_ZERO = ("COMMIT_SECONDS", "DOWNLOAD_TIMEOUT", "DNS_TIMEOUT", "RENDER_SECONDS", "AUTOTHROTTLE_TARGET_CONCURRENCY")
_MAY_BE_NEGATIVE = ("_PRIORITY", "_ADJUST")


def check_log(settings: BaseSettings) -> int:
    """Return the log level as a number. Must be called before Scrapy configures logging.

    Raises WrongUsage if LOG_LEVEL is unknown, and CannotStart if LOG_FILE cannot be written.
    """
    named = settings["LOG_LEVEL"]
    level = named if isinstance(named, int) else logging.getLevelName(named)
    if not isinstance(level, int):
        raise WrongUsage(f"LOG_LEVEL={named!r} is not a log level; write DEBUG, INFO, WARNING, ERROR or CRITICAL")
    if settings["LOG_FILE"]:
        check_writable(Path(settings["LOG_FILE"]), "the log")
    return level


def check_settings(settings: BaseSettings) -> None:
    """Raise WrongUsage for the first setting that has the wrong type or an impossible value."""
    known = [name for name in sorted({*dir(default_settings), *dir(own_settings)}) if name.isupper()]
    _check_names(settings, known)
    for old, new in RENAMED.items():  # before the new names, so that the refusal names what the user wrote
        if is_set_by_user(settings, old):
            _check_setting(settings, old, getattr(own_settings, new))
    for name in known:
        if is_set_by_user(settings, name):
            _check_setting(settings, name, getattr(own_settings, name, getattr(default_settings, name, None)))
    if not str(settings["DATA_DIR"]).strip():
        raise WrongUsage("DATA_DIR is empty; name a folder")
    if settings["JOBDIR"]:  # it would duplicate the state, and Scrapy cannot serialise our requests
        raise WrongUsage("JOBDIR is not for these crawls: each run continues where the last one ended; leave it out")
    _check_contact(settings["CONTACT"])
    _check_resolver(settings)
    _check_numbers(settings)
    if (mode := settings["RENDER"]) not in RENDER_MODES:
        raise WrongUsage(f"RENDER={mode!r}{suggestion(str(mode), RENDER_MODES)}; write {' or '.join(RENDER_MODES)}")
    if (workers := str(settings["PAGE_WORKERS"])) != "auto" and not (
        workers.isdecimal() and int(workers) <= _MAX_WORKERS
    ):
        raise WrongUsage(f"PAGE_WORKERS={workers!r} is no number from 0 to {_MAX_WORKERS}; write one, or auto")
    if (archive := settings["ARCHIVE"]) not in ARCHIVE_MODES:
        raise WrongUsage(f"ARCHIVE={archive!r}{suggestion(str(archive), ARCHIVE_MODES)}; write on or off")


def is_set_by_user(settings: BaseSettings, name: str) -> bool:
    """Whether a setting is given on the command line or by a site's profile, and not the project's default."""
    return (settings.getpriority(name) or 0) > SETTINGS_PRIORITIES["project"]


def _check_names(settings: BaseSettings, known: Sequence[str]) -> None:
    for name in settings:
        if name in known or name in RENAMED or settings.getpriority(name) != SETTINGS_PRIORITIES["cmdline"]:
            continue
        if found := get_close_matches(name, known, 1, _ALIKE):
            raise WrongUsage(f"unknown setting {name!r} (did you mean {found[0]!r}?)")


def _check_numbers(settings: BaseSettings) -> None:
    for age in settings.getlist("RECHECK_AGES"):
        if _number("RECHECK_AGES", age, "24, or several with commas: 1,3,9") < 0:
            raise WrongUsage(
                f"RECHECK_AGES={settings['RECHECK_AGES']!r} has an age below zero; write hours, such as 1,3,9"
            )
    for port in settings.getlist("ALLOWED_PORTS"):
        if not 0 < _number("ALLOWED_PORTS", port, 443) < _PORTS:
            raise WrongUsage(f"ALLOWED_PORTS={settings['ALLOWED_PORTS']!r} has an invalid port; write 1 to 65535")
    for name in _AT_LEAST_ONE:
        if settings[name] is not None and settings.getfloat(name) < 1:
            raise WrongUsage(f"{name}={settings[name]!r} is less than one; nothing could be done: write 1 or more")
    if settings.getfloat("WORKER_LEASE_SECONDS") < MIN_LEASE:
        raise WrongUsage(
            f"WORKER_LEASE_SECONDS={settings['WORKER_LEASE_SECONDS']!r} is too short for a busy machine; write"
            f" {MIN_LEASE:g} or more"
        )
    for name in _ABOVE_ZERO:
        if settings[name] is not None and settings.getfloat(name) <= 0:
            raise WrongUsage(f"{name}={settings[name]!r} is zero; write a number above it, such as 0.1")
    for name in ("HEALTH_FAILED_SHARE", "HEALTH_REJECTED_SHARE", "HEALTH_RENDERED_SHARE"):
        if settings.getfloat(name) > 1:
            raise WrongUsage(f"{name}={settings[name]!r} is above one; write a share, such as 0.2 for a fifth")


def _check_contact(contact: object) -> None:
    """Raise WrongUsage for a contact that is not an address. A site that cannot reach its crawler can only block it.

    The contact may be empty. The User-Agent header names none then.
    """
    if contact and not (_CONTACT.fullmatch(str(contact)) and str(contact).isascii()):
        raise WrongUsage(
            f"CONTACT={str(contact)!r} is neither a mail nor a web address; set ECNSCRAWL_CONTACT to one"
            " such as news-desk@example.org, or leave it out"
        )


def _check_resolver(settings: BaseSettings) -> None:
    """Raise WrongUsage if the class of the resolver cannot be imported: the reactor would do so too late."""
    named = settings["TWISTED_DNS_RESOLVER"]
    try:
        load_object(named)
    except (ImportError, NameError, TypeError, ValueError) as error:
        raise WrongUsage(
            f"TWISTED_DNS_RESOLVER={named!r} cannot be imported ({error}); name a class such as"
            f" {own_settings.TWISTED_DNS_RESOLVER}"
        ) from None


def _check_setting(settings: BaseSettings, name: str, default: object) -> None:
    value = settings.get(name)
    if isinstance(default, bool):
        try:
            settings.getbool(name)
        except ValueError:
            raise WrongUsage(f"{name}={value!r} is neither yes nor no; write 1 or 0") from None
    elif isinstance(default, int | float) and value is not None:
        number = _number(name, value, default)
        if number < 0 and not name.endswith(_MAY_BE_NEGATIVE):
            raise WrongUsage(f"{name}={value!r} is below zero; write 0 or more")
        whole = isinstance(default, int) and not isinstance(getattr(default_settings, name, default), float)
        if whole and name not in _FRACTIONS and not _WHOLE.fullmatch(str(value).strip()):
            raise WrongUsage(f"{name}={value!r} is not a whole number; write one such as {default}")


#: Settings that may be fractions although their defaults are whole numbers.
_FRACTIONS = frozenset({"DOWNLOAD_TIMEOUT", "DOWNLOAD_DELAY", "DOWNLOAD_DELAY_JITTER", "DNS_TIMEOUT"})


def _number(name: str, value: object, example: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = nan
    if not isfinite(number):
        raise WrongUsage(f"{name}={value!r} is not a number; write one such as {example}")
    return number


def check_objects(settings: BaseSettings, given: Sequence[str]) -> None:
    """Raise WrongUsage for a `-s NAME=VALUE` whose setting is an object and whose value is not a JSON object."""
    for name, _, value in (each.partition("=") for each in given):
        if isinstance(settings.get(name), BaseSettings | dict):
            try:
                is_object = isinstance(json.loads(value), dict)
            except ValueError:
                is_object = False
            if not is_object:
                example = '{"articles.jsonl": {"format": "jsonlines"}}' if name == "FEEDS" else '{"name": "value"}'
                raise WrongUsage(f"{name}={value!r} is not a JSON object; write {name}='{example}'")


def check_writable(path: Path, what: str, *, make_folder: bool = False) -> None:
    """Raise CannotStart if the file cannot be written. Leaves no file behind. `what` names it in the message."""
    if path.is_dir():
        raise CannotStart(f"{path}: {what} cannot be written to a folder; name a file")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent):  # it has no name, so nobody can put a link in its place
            pass
    except OSError as error:
        raise CannotStart(f"{path}: {what} cannot be written there ({error.strerror}); name another file") from None
