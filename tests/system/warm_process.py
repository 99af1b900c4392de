"""A process that has imported Scrapy, other libraries and our modules, and forks for each command that it is sent.

It is started by `tests/system/launching.py`, with a socket as its only argument. Imports take most of the time of a short
crawl, and so do the patterns and templates that are compiled on first use; a fork has all of them already. It executes our
settings again, which read the environment and the working folder, and runs `scrapy` from there on as `.venv/bin/scrapy` does.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import re
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

MAX_MESSAGE = 65_536  # bytes
PID_BYTES = 8  #: of the report on a command: its process id, then its exit status when it has ended
#: What a crawl imports of others. No reactor: each process installs its own.
LIBRARIES = """
ada_url duckdb encodings.idna fastwarc itemloaders jinja2 lxml.etree lxml.html msgspec psycopg rich.console rich.progress sqlite3 trafilatura w3lib.html webencodings
scrapy.cmdline scrapy.core.downloader.contextfactory scrapy.core.downloader.handlers.http11 scrapy.core.engine scrapy.core.scheduler
scrapy.core.scraper scrapy.crawler scrapy.dupefilters scrapy.loader scrapy.logformatter scrapy.pipelines scrapy.pqueues scrapy.robotstxt
scrapy.squeues scrapy.statscollectors tldextract twisted.internet.asyncioreactor twisted.web.client
""".split()
#: Modules of Scrapy that its settings name.
NAMED = {
    "scrapy.commands": "bench check crawl edit fetch genspider list parse runspider settings shell startproject version view",
    "scrapy.downloadermiddlewares": "cookies defaultheaders downloadtimeout httpauth httpcache httpcompression httpproxy "
    "offsite redirect retry robotstxt stats useragent",
    "scrapy.extensions": "closespider corestats feedexport logcount logstats memdebug memusage remote_control spiderstate "
    "telnet throttle",
    "scrapy.spidermiddlewares": "depth httperror metacopy referer start urllength",
}
SETTINGS = "ecnscrawl.settings"
PACKAGES = ("ecnscrawl.commands", "ecnscrawl.spiders")  #: whose modules are all loaded
#: What commands import when they run, besides the modules that our settings name. But for the settings, no module of ours reads
#: the environment or the working folder when it is imported, and none brings a reactor.
OURS = """
ecnscrawl.cli.archives ecnscrawl.crawling.article_crawler ecnscrawl.exporters.job ecnscrawl.exporters.loading.job ecnscrawl.extensions.progress_log
ecnscrawl.monitoring.dashboard ecnscrawl.monitoring.site_index ecnscrawl.network.certificates ecnscrawl.network.proxies
ecnscrawl.rendering.browser ecnscrawl.watching.job ecnscrawl.watching.runner
""".split()
PAGE = Path(__file__).parents[2] / "fixtures" / "html" / "ecns" / "2025-standard.html"
URL = "https://www.ecns.cn/news/politics/2025-09-30/detail-ihexmqnr6613087.shtml"  #: of this page
_OUR_OBJECT = re.compile(r"\b(ecnscrawl(?:\.\w+)+)\.[A-Z]\w*")
TEMPLATES = ("page.html", "sites.html")  #: of the report pages


class Order(TypedDict):
    """A command to run; its standard input, output and error come with it as file descriptors."""

    command: list[str]
    environment: dict[str, str]
    cwd: str
    umask: int  #: -1 leaves it as it is


def serve(control: socket.socket) -> None:
    """Fork for each order until the other side hangs up. Returns in the process of a command only, which is then to run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for the commands
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 4)
        if not message:
            sys.exit()
        if os.fork() == 0:
            control.close()
            break
        for each in descriptors:
            os.close(each)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard, report = descriptors
    if pid := os.fork():
        for each in standard:
            os.close(each)
        os.write(report, f"{pid:{PID_BYTES}}".encode())
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with suppress(BrokenPipeError):  # nobody waits for it any longer
            os.write(report, str(status).encode())
        os._exit(0)
    os.close(report)
    become(json.loads(message), standard)


def become(order: Order, standard: Sequence[int]) -> None:
    """Turn this process into that of the command, as `execve` would."""
    for number, each in enumerate(standard):
        os.dup2(each, number)
        os.close(each)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    os.chdir(order["cwd"])
    if order["umask"] >= 0:
        os.umask(order["umask"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    importlib.reload(sys.modules[SETTINGS])
    if "FAULT_POINT" in order["environment"] or "CLOCK_SHIFT" in order["environment"]:
        sys.path.insert(1, order["environment"]["PYTHONPATH"])
        sys.modules.pop("sitecustomize", None)
        importlib.import_module("sitecustomize")
    sys.argv = order["command"]
    sys.path[0] = os.path.dirname(sys.argv[0])  # noqa: PTH120 - as Python itself does it


def modules() -> list[str]:
    """Return the names of all modules that a fork has; importing them imports our settings too."""
    named = [f"{package}.{name}" for package, names in NAMED.items() for name in names.split()]
    settings = {name: value for name, value in vars(importlib.import_module(SETTINGS)).items() if name.isupper()}
    folders = [(f"{package}.", importlib.import_module(package).__path__) for package in PACKAGES]
    packed = [each.name for prefix, path in folders for each in pkgutil.iter_modules(path, prefix)]
    return [*LIBRARIES, *named, SETTINGS, *sorted(set(_OUR_OBJECT.findall(repr(settings)))), *packed, *OURS]


def load() -> None:
    """Import the modules, and use what is compiled on first use: patterns and templates."""
    for name in modules():
        with suppress(
            ModuleNotFoundError
        ):  # `test_launching.py` names it, where each command would fail without a word
            importlib.import_module(name)
    from ecnscrawl.extraction import extract
    from ecnscrawl.monitoring.page_templates import environment
    from ecnscrawl.reading.warm_up import warm_up

    warm_up()
    extract(PAGE.read_bytes(), URL, fetched_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    for name in TEMPLATES:
        environment().get_template(name)


def run() -> None:
    """Run `scrapy` to its end."""
    global _status  # noqa: PLW0603 - of the whole process
    from scrapy.cmdline import execute

    try:
        execute()
    except SystemExit as ended:
        _status = ended.code if isinstance(ended.code, int) else None
        raise


def _leave() -> None:
    """End with the status of `scrapy` where it has one: Python would free all memory first, which takes longer than it ran."""
    if _status is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status)


_status: int | None = None


if __name__ == "__main__":
    atexit.register(_leave)  # the first to be registered, so the last to be called
    load()
    gc.collect()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
    run()
