"""Crawls of a newsstand that write feeds."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from replica import Replica
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story

STORIES = [Story(number) for number in range(1, 6)]
LATER = Story(9)
OLD = "what an earlier run wrote\n"


@pytest.fixture
def stand() -> Newsstand:
    stand = Newsstand()
    stand.publish(*STORIES, LATER)
    stand.list("/world/", [story.url for story in STORIES])
    return stand


@pytest.fixture
def replica(stand: Newsstand) -> Iterator[Replica]:
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def run(crawl: Crawl, *arguments: str) -> Ended:
    return crawl.run("-a", "sections=world", *arguments)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def in_order(records: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    """The records by id, with their keys in the order in which they stand."""
    return sorted((list(record.items()) for record in records), key=str)


def wait_for(replica: Replica, path: str) -> None:
    deadline = time.monotonic() + 20
    while path not in {request.path for request in replica.requests}:
        assert time.monotonic() < deadline, f"{path} was not asked for"
        time.sleep(0.02)
