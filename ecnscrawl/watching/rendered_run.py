"""One run of a site whose pages a browser renders: `crawl` in a process of its own, so that no other run shares it."""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from signal import SIGKILL, SIGTERM, Signals

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.hints import program
from ecnscrawl.redaction import print_fixed_form
from ecnscrawl.spiders.base import NewsSpider, has_site
from ecnscrawl.watching.agenda import RENDERED, RunKind
from ecnscrawl.watching.refusals import refuse_run
from ecnscrawl.watching.site_entry import SiteEntry

logger = logging.getLogger(__name__)

_STOP_TIMEOUT = 8.0  #: seconds after which a run that was stopped is killed; `crawl` ends within less
_REFUSAL = "ecnscrawl: error: "
_STATUSES = (0, 1, 2, 3, 4)
_MAX_LINE = 1_000_000  #: bytes of a line of the log


class RenderedRun:
    """A run of an entry by the command `crawl`."""

    kind: RunKind = RENDERED

    def __init__(
        self,
        entry: SiteEntry,
        options: Sequence[str],
        places: asyncio.Semaphore,
        transfer: Callable[[], str] | None = None,
    ) -> None:
        """`options` are those of the command line for all sites, such as `-s NAME=VALUE`; `places` limits browsers.

        `transfer` returns the token of the claim of the site in the database: the process claims the site by it, and
        renews its claim itself.
        """
        self._entry, self._options, self._places, self._transfer = entry, options, places, transfer
        self._process: asyncio.subprocess.Process | None = None
        self.is_stopped = self.is_lost = False

    async def crawl(self) -> int | None:
        """Run the command, pass on its lines, and return its exit status; None if it was stopped before it began."""
        async with self._places:
            if self.is_stopped:
                return None
            try:
                return await self._crawl()
            except OSError as error:
                return refuse_run(self._entry.name, CannotStart(f"no process can be started ({error.strerror})"))

    async def _crawl(self) -> int:
        process = self._process = await asyncio.create_subprocess_exec(
            *command(self._entry, self._options),
            *(("-s", f"WATCH_CLAIM={self._transfer()}") if self._transfer else ()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=_MAX_LINE,
            process_group=0,  # Ctrl-C at a terminal reaches only this process, which stops the others
        )
        if self.is_stopped:
            self._signal(SIGTERM)
        assert process.stderr is not None
        refusal = ""
        while line := await _line(process.stderr):
            text = line.decode("utf-8", "replace").rstrip("\n")
            if text.startswith(_REFUSAL):
                refusal = text.removeprefix(_REFUSAL)
            else:
                print_fixed_form(text)  # the command has sanitized it
        status = await process.wait()
        if status in _STATUSES and not refusal:
            return status
        error = CannotStart(refusal or f"the process of the run ended with status {status}")
        return refuse_run(self._entry.name, error, status if status in _STATUSES else 1)

    async def stop(self) -> None:
        """Stop the command as a signal does."""
        self.is_stopped = True
        self._signal(SIGTERM)
        await asyncio.sleep(_STOP_TIMEOUT)
        self._signal(SIGKILL)

    async def remove(self) -> None:
        """Stop the command because its entry is no longer in the table."""
        self.is_stopped = True
        self._signal(SIGTERM)

    def force(self) -> None:
        """End the command at once; it publishes what it has stored."""
        self._signal(SIGTERM)  # the second one

    def _signal(self, number: Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


async def _line(stream: asyncio.StreamReader) -> bytes:
    """Return the next line; of one that is too long, its first part."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as too_long:
        return await stream.read(too_long.consumed) + b"\n"


def command(entry: SiteEntry, options: Sequence[str]) -> list[str]:
    """Return the command line that crawls the site of an entry. What the user sets for all sites has the last word."""
    words = [sys.executable, "-m", "ecnscrawl" if program().endswith("ecnscrawl") else "scrapy", "crawl", entry.spider]
    words += [word for name, value in entry.given.items() for word in ("-a", f"{name}={value}")]
    words += [word for name, value in entry.settings.items() for word in ("-s", f"{name}={value}")]
    return [*words, *options]


def is_rendered(entry: SiteEntry, spider: type[NewsSpider], settings: BaseSettings) -> bool:
    """Whether a browser is to read pages of this entry: if the user or the site's profile asks for it by `render`."""
    of_command = settings["RENDER"] if settings.getpriority("RENDER") == SETTINGS_PRIORITIES["cmdline"] else None
    of_profile = spider.profile.settings.get("RENDER") if has_site(spider) else None
    asked = entry.arguments.get("render") or of_command or entry.settings.get("RENDER") or of_profile
    return asked is not None and RenderMode(str(asked)) is not RenderMode.OFF
