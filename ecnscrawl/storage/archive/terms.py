"""Whether and how a run archives responses, by its settings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Protocol

from ecnscrawl import hints
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.redaction import redact, without_secrets

MODES = ("on", "off")  #: the values of ARCHIVE


class Settings(Protocol):
    """What is needed of Scrapy's settings."""

    def __getitem__(self, name: str, /) -> Any: ...

    def getbool(self, name: str, /) -> bool: ...

    def getint(self, name: str, /) -> int: ...


@dataclass(frozen=True)
class ArchiveTerms:
    """What a run's settings say about its archive."""

    max_bytes: int = 1024**3  #: of one file; then the next one begins
    info: Mapping[str, str] = field(default_factory=dict)  #: how the pages were fetched, for the first record


def is_archiving(settings: Settings) -> bool:
    """Whether the user wants responses to be archived."""
    return bool(settings["ARCHIVE"] == "on")


def archive_terms(site: str, settings: Settings, given: Mapping[str, Any]) -> ArchiveTerms | None:
    """Return how responses are archived; None if they are not.

    `given` are the settings that differ from the project's defaults. Raises CannotStart if the library is missing.
    """
    if not is_archiving(settings):
        return None
    if find_spec("warcio") is None:
        raise CannotStart(f"ARCHIVE=on needs warcio; {hints.install_extra('archive')}, or use -s ARCHIVE=off")
    info = {
        "software": " ".join(f"{name}/{version(name)}" for name in ("ecnscrawl", "scrapy", "warcio")),
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": site,
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": redact(str(settings["USER_AGENT"])),
        "settings": json.dumps(without_secrets(given), default=str),
    }
    return ArchiveTerms(settings.getint("ARCHIVE_MAX_BYTES"), info)
