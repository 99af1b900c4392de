"""A process that has imported Scrapy, other libraries and our modules, and forks for each command that it is sent.

It is started by `tests/system/launching.py`, with a socket as its only argument. Imports take most of the time of a short
crawl; a fork has them already. It imports our settings itself, which read the environment and the working folder, and runs
`scrapy` from there on as `.venv/bin/scrapy` does.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import TypedDict

MAX_MESSAGE = 65_536  # bytes
PID_BYTES = 8  #: of the report on a command: its process id, then its exit status when it has ended
#: What a crawl imports of others. No reactor: each process installs its own.
LIBRARIES = """
ada_url encodings.idna itemloaders jinja2 lxml.etree lxml.html msgspec rich.console rich.progress sqlite3 trafilatura w3lib.html webencodings
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
#: Ours: they read neither the environment nor the working folder when they are imported, and bring no reactor. The commands
#: are not among them, as some bring our settings.
OURS = """
ecnscrawl.context ecnscrawl.crawling.article_crawler
ecnscrawl.extensions.feeds ecnscrawl.extensions.memory ecnscrawl.extensions.outcome ecnscrawl.extensions.progress ecnscrawl.extensions.progress_log
ecnscrawl.extensions.statistics ecnscrawl.middlewares.addresses ecnscrawl.middlewares.backoff ecnscrawl.middlewares.budgets ecnscrawl.middlewares.robots
ecnscrawl.monitoring.dashboard ecnscrawl.network.scheduler ecnscrawl.network.throttle ecnscrawl.pipelines.dedupe ecnscrawl.pipelines.store
ecnscrawl.pipelines.validate ecnscrawl.rendering.middleware ecnscrawl.spiders.chinanews ecnscrawl.spiders.ecns ecnscrawl.spiders.news
""".split()
SETTINGS = "ecnscrawl.settings"


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
        os.write(report, str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
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
    if "FAULT_POINT" in order["environment"]:
        sys.path.insert(1, order["environment"]["PYTHONPATH"])
        sys.modules.pop("sitecustomize", None)
        importlib.import_module("sitecustomize")
    sys.argv = order["command"]
    sys.path[0] = os.path.dirname(sys.argv[0])  # noqa: PTH120 - as Python itself does it


if __name__ == "__main__":
    for name in LIBRARIES:
        importlib.import_module(name)
    for package, names in NAMED.items():
        for name in names.split():
            importlib.import_module(f"{package}.{name}")
    for name in OURS:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
    from scrapy.cmdline import execute

    execute()
