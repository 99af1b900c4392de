"""A user with stored articles to export."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.items import to_line
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.system.crawling import ROOT, SCRAPY, Crawl

MANY = 30_000  #: so many records that an export of them takes a second or two


@pytest.fixture
def user(tmp_path: Path) -> Crawl:
    """A user whose crawls have published two files."""
    library = Library(tmp_path)
    library.publish("20261121T120000Z-000001.jsonl", [FERRY, BRIDGE, HARVEST])
    library.publish("20261122T120000Z-000002.jsonl", [HARVEST_CORRECTED])
    return Crawl(tmp_path / "data", {})


@pytest.fixture
def long_lived(user: Crawl) -> Crawl:
    """A user who has many articles."""
    line = to_line(FERRY)
    lines = (line.replace(b"ecns:ihtest1", b"ecns:ihmany%d" % number) for number in range(MANY))
    (user.folder / "articles" / "20261123T120000Z-000003.jsonl").write_bytes(b"".join(lines))
    return user


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


OLD = b"1,615 lines that a reader has\n"


def shell(user: Crawl, *arguments: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    """A command whose standard output is that of the test."""
    return subprocess.run(
        [SCRAPY, *arguments],
        env=os.environ | {"ECNSCRAWL_DATA_DIR": str(user.data)},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        **streams,
    )
