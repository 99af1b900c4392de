"""Start Chromium without access to the network, and under a supervisor that ends it with the crawl."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, Error
from scrapy_playwright.handler import Config
from scrapy_playwright.provider import PlaywrightBrowserProvider

from ecnscrawl.rendering import supervisor
from ecnscrawl.rendering.request import RenderFailed
from ecnscrawl.rendering.temp_dir import TempDir

MAX_STARTS = 2  #: a browser that ended unexpectedly is started once more
SCRIPT_MEMORY = 256  #: megabytes for a page's scripts
#: The browser gets data only from the interceptor: its proxy is a closed port, no name resolves, UDP and its own
#: background requests are off.
ARGUMENTS = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the same in older versions
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    f"--js-flags=--max-old-space-size={SCRIPT_MEMORY}",
)

#: Megabytes of Playwright's driver, which otherwise collects its garbage only at 200 MB.
DRIVER_MEMORY = "--max-old-space-size=192 --max-semi-space-size=2"


@contextmanager
def _environment(**names: str) -> Iterator[None]:
    """Set environment variables inside the block: the driver inherits this process's, and the browser the driver's."""
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


class SupervisedBrowser:
    """A program that runs the browser under its supervisor, and the pipe that ends both.

    The system closes the pipe when this process is killed.
    """

    def __init__(self, folder: Path, browser: Path, memory: int) -> None:
        pipe = folder / "alive"
        os.mkfifo(pipe)
        self._end: int | None = os.open(pipe, os.O_RDWR)
        self.program = folder / "browser"
        command = [sys.executable, "-I", "-S", supervisor.__file__, str(pipe), str(memory), str(browser)]
        self.program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        self.program.chmod(0o700)

    def kill(self) -> None:
        """Kill the browser if it is running."""
        if self._end is not None:
            os.write(self._end, b"!")
            os.close(self._end)
            self._end = None


class BrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc, unused-ignore]
    """Starts Playwright's driver and the browser; restarts the browser once if it ended."""

    def __init__(self, config: Config, browser: Path, memory: int, *, sandbox: bool) -> None:
        super().__init__(config)
        self._browser = browser
        self._memory = memory
        self._sandbox = sandbox and not (hasattr(os, "geteuid") and os.geteuid() == 0)  # Chromium has none for root
        self._supervised: SupervisedBrowser | None = None
        self._temporary = TempDir()  # for all temporary files
        self._starts = 0

    async def start(self) -> None:
        """Start Playwright's driver, with its temporary files in our folder."""
        options = f"{os.environ.get('NODE_OPTIONS', '')} {DRIVER_MEMORY}".strip()
        with _environment(TMPDIR=str(self._temporary.path), NODE_OPTIONS=options):
            await super().start()

    async def close(self) -> None:
        """End the driver and the browser, and remove their temporary files."""
        try:
            await super().close()
        finally:
            self.kill()
            self._temporary.remove()

    async def launch_browser(self) -> Browser:
        """Start the browser. Raises RenderFailed if it does not start, or has ended twice."""
        self.kill()
        if self._starts == MAX_STARTS:
            raise RenderFailed("the browser has ended twice")
        self._starts += 1
        program = self._browser
        if sys.platform == "linux":  # on other systems only Playwright's own pipe ends the browser
            folder = self._temporary.path / str(self._starts)
            folder.mkdir()
            self._supervised = SupervisedBrowser(folder, program, self._memory)
            program = self._supervised.program
        self.config.launch_options = {
            "executable_path": program,
            "args": ARGUMENTS,
            "chromium_sandbox": self._sandbox,
            "handle_sigint": False,  # the crawl decides when the browser ends
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        try:
            launched: Browser = await super().launch_browser()
        except Error as error:
            way_out = "; -s RENDER_SANDBOX=0 does without it" if "sandbox" in error.message.lower() else ""
            raise RenderFailed(f"the browser cannot be started: {_first_line(error)}{way_out}") from None
        return launched

    def kill(self) -> None:
        """Kill the browser if it is running."""
        if self._supervised is not None:
            self._supervised.kill()
            self._supervised = None


def _first_line(error: Error) -> str:
    return error.message.strip().partition("\n")[0]
