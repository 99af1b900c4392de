"""Run `scrapy browse` in its own process, and request its pages over HTTP."""

import json
import os
import random
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.interrupts import heard
from tests.system.crawling import ROOT, SCRAPY

NOT_GIVEN_AWAY = (20_000, 32_768)  #: ports that Linux gives to nobody who does not name one


def free_port() -> int:
    """Return a free port, which the system assigns to no other process before it is used."""
    while True:
        port = random.randrange(*NOT_GIVEN_AWAY)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@dataclass(frozen=True)
class Browsing:
    """A `scrapy browse` that answers."""

    process: subprocess.Popen[str]
    said: str

    @property
    def url(self) -> str:
        """Of the database."""
        found = re.search(r"http://\S+", self.said)
        assert found, self.said
        return found[0]

    def text(self, path: str = "", **query: str) -> str:
        """A page."""
        with urlopen(f"{self.url}{path}?{urlencode(query)}", timeout=20) as response:
            body: bytes = response.read()
        return body.decode()

    def rows(self, path: str, **query: str) -> list[dict[str, Any]]:
        """The rows of a table or query."""
        rows: list[dict[str, Any]] = json.loads(self.text(f"{path}.json", _shape="array", **query))
        return rows

    def ids(self, path: str, **query: str) -> list[str]:
        """The ids of the rows."""
        return [row["id"] for row in self.rows(path, **query)]

    def status(self, path: str, **query: str) -> int:
        """The status of a page that is refused."""
        with pytest.raises(HTTPError) as refused:
            self.text(path, **query)
        refused.value.close()
        return refused.value.code

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit status and what it printed on standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, err


@contextmanager
def browsing(data: Path, *arguments: str, **environment: str) -> Iterator[Browsing]:
    with heard():
        process = subprocess.Popen(
            [SCRAPY, "browse", *arguments],
            env=os.environ | {"ECNSCRAWL_DATA_DIR": str(data)} | environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, process.communicate()[1]
        yield Browsing(process, said)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
