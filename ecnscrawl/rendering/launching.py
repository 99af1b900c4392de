"""Starting Chromium so that it has no way out to the network, and ends whatever happens to the crawl."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, Error
from scrapy_playwright.handler import Config
from scrapy_playwright.provider import PlaywrightBrowserProvider

from ecnscrawl.rendering import keeper
from ecnscrawl.rendering.temporary import TemporaryFolder
from ecnscrawl.rendering.wanted import RenderFailed

MOST_STARTS = 2  #: a browser that ended is started once more
SCRIPT_MEMORY = 256  #: megabytes of a page's scripts
#: No way out but through our answers: a proxy where nobody listens, no names, no UDP, nothing on its own account.
ARGUMENTS = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # its name in older ones
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    f"--js-flags=--max-old-space-size={SCRIPT_MEMORY}",
)


# Of Playwright's driver, which else lets garbage lie until it has 200 MB of it: in megabytes.
DRIVER_MEMORY = "--max-old-space-size=192 --max-semi-space-size=2"


@contextmanager
def _environment(**names: str) -> Iterator[None]:
    """This process's for a while: the driver takes its own from here alone, and passes it on to the browser."""
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class LifeLine:
    """A browser's program under its keeper, and the pipe whose end is the end of both.

    The system closes it when this process is killed.
    """

    def __init__(self, folder: Path, browser: Path, memory: int) -> None:
        pipe = folder / "alive"
        os.mkfifo(pipe)
        self._end: int | None = os.open(pipe, os.O_RDWR)
        self.program = folder / "browser"
        command = [sys.executable, "-I", "-S", keeper.__file__, str(pipe), str(memory), str(browser)]
        self.program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        self.program.chmod(0o700)

    def cut(self) -> None:
        """Kill the browser, if it is still there."""
        if self._end is not None:
            os.write(self._end, b"!")
            os.close(self._end)
            self._end = None


class Provider(PlaywrightBrowserProvider):  # type: ignore[misc, unused-ignore]
    """Starts the browser, and once more where it ended."""

    def __init__(self, config: Config, browser: Path, memory: int, *, sandbox: bool) -> None:
        super().__init__(config)
        self._browser = browser
        self._memory = memory
        self._sandbox = sandbox and not (hasattr(os, "geteuid") and os.geteuid() == 0)  # root cannot have one
        self._line: LifeLine | None = None
        self._temporary = TemporaryFolder()  # for all temporary files
        self._starts = 0

    async def start(self) -> None:
        """Start Playwright's driver."""
        options = f"{os.environ.get('NODE_OPTIONS', '')} {DRIVER_MEMORY}".strip()
        with _environment(TMPDIR=str(self._temporary.path), NODE_OPTIONS=options):
            await super().start()

    async def close(self) -> None:
        """End the driver."""
        try:
            await super().close()
        finally:
            self.cut()
            self._temporary.remove()

    async def launch_browser(self) -> Browser:
        """Raises RenderFailed where it cannot be started."""
        self.cut()
        if self._starts == MOST_STARTS:
            raise RenderFailed("the browser has ended twice")
        self._starts += 1
        program = self._browser
        if sys.platform == "linux":  # elsewhere it has the end of Playwright's own pipe only
            folder = self._temporary.path / str(self._starts)
            folder.mkdir()
            self._line = LifeLine(folder, program, self._memory)
            program = self._line.program
        self.config.launch_options = {
            "executable_path": program,
            "args": ARGUMENTS,
            "chromium_sandbox": self._sandbox,
            "handle_sigint": False,  # when to end is the crawl's to say
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        try:
            launched: Browser = await super().launch_browser()
        except Error as error:
            way_out = "; -s RENDER_SANDBOX=0 does without it" if "sandbox" in error.message.lower() else ""
            raise RenderFailed(f"the browser cannot be started: {_first_line(error)}{way_out}") from None
        return launched

    def cut(self) -> None:
        """Kill the browser, if it is still there."""
        if self._line is not None:
            self._line.cut()
            self._line = None


def _first_line(error: Error) -> str:
    return error.message.strip().partition("\n")[0]
