"""`scrapy browse`: browse the stored articles with Datasette, on this machine only."""

import argparse
import errno
import os
import signal
import socket
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely

if TYPE_CHECKING:
    from uvicorn import Server

HOST = "127.0.0.1"
PORTS = range(8001, 8101)  #: tried in turn if the user names none
STOP_TIMEOUT = 2  #: seconds that an unfinished response gets after a signal


class Command(StoredDataCommand):
    """Exit status: 0 stopped by SIGINT or SIGTERM, 1 could not start, 2 wrong usage."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Browse a site's stored articles, with full-text search"

    def long_desc(self) -> str:
        return (
            "Bring data/SITE/browse.sqlite up to date with the published files, and show it with Datasette on"
            f" {HOST} until Ctrl-C."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Browse Options")
        group.add_argument("--site", help="whose articles (default: the only site)")
        group.add_argument("--port", help=f"to listen at (default: the first free one from {PORTS[0]} on)")
        group.add_argument("--no-open", action="store_true", help="do not open a web browser")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores it
                signal.signal(number, signal.default_int_handler)
        try:
            super().run(args, opts)
        except KeyboardInterrupt:
            return  # Ctrl-C is the normal end

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        # Scrapy imports all commands at each start, so a command imports what only it needs when it runs.
        from ecnscrawl.exporters import datasette  # noqa: PLC0415
        from ecnscrawl.exporters.job import published  # noqa: PLC0415

        if words := positional("browse", args):
            raise WrongUsage(f"unexpected argument {words[0]!r}; `{program()} browse -h` lists the options")
        site = self.site(opts.site).name
        articles = self.data / site / "articles"
        if not articles.is_dir():
            raise CannotStart(f"there is nothing to browse in {articles}; {self.storage.way_to_articles(site)}")
        datasette.require_extra()
        with open_listener(opts.port) as listener:
            path = articles.with_name("browse.sqlite")
            with datasette.open_database(path) as database:
                count = datasette.update(database, published(articles))
            server = make_server(path, site)
            url = f"http://{HOST}:{listener.getsockname()[1]}/browse"
            print_safely(f"{site}: {counted(count, 'article')} at {url} until Ctrl-C")
            serve(server, listener, None if opts.no_open else url)


def open_listener(named_port: str | None) -> socket.socket:
    """Return a socket that listens on the named port, or on a free one if it is None.

    Raises WrongUsage if it is not a port number, and CannotStart if it is taken.
    """
    if named_port is None:
        ports = [*PORTS, 0]
    elif named_port.isascii() and named_port.isdigit() and 0 < int(named_port) < 0x10000:
        ports = [int(named_port)]
    else:
        raise WrongUsage(f"--port {named_port!r} is not a port; write a number from 1 to 65535")
    for port in ports:
        try:
            return socket.create_server((HOST, port), backlog=128)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or named_port:
                raise CannotStart(f"cannot listen at {HOST}:{port} ({os.strerror(error.errno or 0)})") from None
    raise CannotStart(f"no port is free at {HOST}")


def make_server(path: Path, site: str) -> "Server":
    """Return a server of Datasette for the database, without plugins that happen to be installed."""
    import uvicorn  # noqa: PLC0415 - of the extra, like Datasette
    from datasette import handle_exception  # noqa: PLC0415
    from datasette.app import Datasette  # noqa: PLC0415
    from datasette.plugins import DEFAULT_PLUGINS, pm  # noqa: PLC0415

    from ecnscrawl.exporters import datasette  # noqa: PLC0415

    handle_exception.rich = None  # rich would print a traceback for each wrong URL, and answer 500 for a missing page
    for plugin in pm.get_plugins():
        if plugin.__name__ not in DEFAULT_PLUGINS:
            pm.unregister(plugin)
    app = Datasette([str(path)], metadata=datasette.metadata(site), settings=datasette.SETTINGS)
    return uvicorn.Server(
        uvicorn.Config(app.app(), log_level="warning", lifespan="on", timeout_graceful_shutdown=STOP_TIMEOUT)
    )


def serve(server: "Server", listener: socket.socket, url: str | None) -> None:
    """Run the server until KeyboardInterrupt; open `url` in the user's web browser unless it is None.

    The server runs in a thread: on the main thread uvicorn would end the process by the signal, not with exit status 0.
    Raises CannotStart if the server ends by itself.
    """
    ended = threading.Event()  # `Thread.join`, once a signal interrupts it, takes the thread for ended

    def run() -> None:
        try:
            server.run([listener])
        finally:
            ended.set()

    threading.Thread(target=run, daemon=True).start()
    if url:
        threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()  # a text-mode browser blocks
    try:
        ended.wait()
        raise CannotStart("Datasette has ended by itself; what it printed says why")
    finally:
        server.should_exit = True
        ended.wait()
