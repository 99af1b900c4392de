"""`python -m replica`: serve the sites until interrupted, or run one command against it and exit with its status."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from replica.fixture_site import fixture_site
from replica.generated_site import GeneratedSite
from replica.saved_site import saved_sites
from replica.server import Replica
from replica.site import Site

ECNS = "ecns"  # its listings are generated, not saved
FIXTURES = Path(__file__).parent.parent / "fixtures"
FORWARDED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NOT_FOUND, KILLED = 127, 128  # a shell's exit statuses: no such command; killed by signal n is 128 + n


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = _parser().parse_args(arguments)
    sites = _sites(options)
    if options.command:
        with Replica(sites, port=options.port) as replica:
            return _run(options.command, os.environ | replica.environment())
    interrupted = threading.Event()
    for number in FORWARDED_SIGNALS:
        signal.signal(number, lambda *_: interrupted.set())
    with Replica(sites, port=options.port) as replica:
        print(f"proxy {replica.proxy_url}")
        for name, value in replica.environment().items():
            print(f"export {name}={value}")
        sys.stdout.flush()
        interrupted.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m replica", description=__doc__)
    parser.add_argument("--articles", type=int, metavar="N", help="serve N generated articles, not the fixtures")
    parser.add_argument("--fixtures", type=Path, metavar="DIR", help="serve the saved pages of another folder")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another generated site (default: 1)")
    parser.add_argument("--port", type=int, default=0, help="the proxy's port on loopback (default: a free one)")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="run this with the proxy in its environment")
    return parser


def _sites(options: argparse.Namespace) -> list[Site]:
    if options.articles is not None:
        return [GeneratedSite(options.articles, options.seed, datetime.now(UTC)).site]
    if options.fixtures is not None:
        return list(saved_sites(options.fixtures))
    return [fixture_site(FIXTURES), *saved_sites(FIXTURES, without=ECNS)]


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command, forwarding signals to it; return its exit status.

    It gets its own process group. Otherwise Ctrl-C would reach it twice: from the terminal and from us.
    """
    try:
        child = subprocess.Popen(command, env=environment, process_group=0)
    except OSError as error:
        print(f"replica: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND

    def forward(number: int, _: FrameType | None) -> None:
        child.send_signal(number)

    for number in FORWARDED_SIGNALS:
        signal.signal(number, forward)
    status = child.wait()
    return status if status >= 0 else KILLED - status


if __name__ == "__main__":
    sys.exit(main())
