"""Run the user's command in its own process, and read what a user reads."""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.system import launching
from tests.system.launching import Process

ROOT = Path(__file__).parent.parent.parent
SCRAPY = Path(sys.executable).with_name("scrapy")
MANNERS_OFF = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_BACKOFF=0.05")
#: Where there is no browser a crawl warns, and hardly any test is about that: a program that none of them starts will do.
NO_WARNING = {"CHROMIUM_PATH": os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or sys.executable}
LAST_LINE = re.compile(
    r"(?P<site>\S+) (?P<status>healthy|unhealthy) new=(?P<new>\d+) updated=(?P<updated>\d+)"
    r" unchanged=(?P<unchanged>\d+) failed=(?P<failed>\d+) seconds=(?P<seconds>\d+)"
    r" file=(?P<file>\S+)(?: reason=\"(?P<reason>[^\"]*)\")?"
)


@dataclass(frozen=True)
class Ended:
    """A process that has ended: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        """The last line on standard error."""
        lines = self.err.strip().splitlines()
        return lines[-1] if lines else ""

    @property
    def stats(self) -> dict[str, str]:
        """Return the numbers of the last line. Fails if it is not the last line of a run."""
        match = LAST_LINE.fullmatch(self.last_line)
        assert match, f"no last line of a run: {self.err[-2000:]}"
        return match.groupdict()


@dataclass(frozen=True)
class Crawl:
    """The command line of a user who has this environment and data folder."""

    data: Path
    environment: dict[str, str]
    umask: int = -1  #: -1 leaves it as it is

    def command(self, *arguments: str, spider: str = "ecns") -> list[str]:
        """Return the command line `scrapy crawl ecns`, without delays that only slow a test down."""
        return [str(SCRAPY), "crawl", spider, *MANNERS_OFF, *arguments]

    def start(self, *arguments: str, **environment: str) -> Process:
        """The crawl as a process of its own."""
        return launching.start(self.command(*arguments), self._environment(environment), ROOT, umask=self.umask)

    def run(self, *arguments: str, stdin: str | None = None, timeout: float = 300, **environment: str) -> Ended:
        """The crawl, until it has ended."""
        return self.scrapy(*self.command(*arguments)[1:], stdin=stdin, timeout=timeout, **environment)

    def scrapy(self, *arguments: str, stdin: str | None = None, timeout: float = 300, **environment: str) -> Ended:
        """Any command of `scrapy`, until it has ended."""
        words = [str(SCRAPY), *arguments]
        return Ended(
            *launching.run(words, self._environment(environment), ROOT, umask=self.umask, stdin=stdin, timeout=timeout)
        )

    def start_scrapy(self, *arguments: str, **environment: str) -> Process:
        """Any command of `scrapy`, as a process of its own."""
        return launching.start([str(SCRAPY), *arguments], self._environment(environment), ROOT, umask=self.umask)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return os.environ | NO_WARNING | self.environment | {"ECNSCRAWL_DATA_DIR": str(self.data)} | more

    @property
    def folder(self) -> Path:
        """The site's folder."""
        return self.data / "ecns"

    @property
    def files(self) -> list[Path]:
        """The published files, in the order of their names."""
        return sorted((self.folder / "articles").glob("*.jsonl"))

    @property
    def records(self) -> list[dict[str, Any]]:
        """All published records, in order."""
        return [json.loads(line) for file in self.files for line in file.read_bytes().splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        """`reports/latest.json`."""
        document: dict[str, Any] = json.loads((self.folder / "reports" / "latest.json").read_bytes())
        return document
