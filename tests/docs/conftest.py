"""Fixtures of the documentation's tests: a checkout against the replica, and the demo's data in one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from replica import Replica
from replica.fixture_site import fixture_site
from tests.docs.checkout import Checkout
from tests.docs.markdown import ROOT


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """The demo's site, served."""
    with Replica(fixture_site(ROOT / "fixtures")) as replica:
        yield replica


@pytest.fixture
def checkout(tmp_path: Path, replica: Replica) -> Checkout:
    """A fresh checkout."""
    return Checkout.make(tmp_path, replica.environment())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Checkout:
    """A checkout in which the demo has run."""
    checkout = Checkout.make(tmp_path_factory.mktemp("demo"), replica.environment())
    ended = checkout.shell(".venv/bin/scrapy crawl ecns", ECNSCRAWL_DATA_DIR="demo-data")
    assert ended.returncode == 0, ended.stderr
    return checkout


@pytest.fixture(scope="module")
def demo_records(demo: Checkout) -> dict[str, dict[str, Any]]:
    """The demo's records by their ids."""
    files = sorted((demo.root / "demo-data" / "ecns" / "articles").glob("*.jsonl"))
    records = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return {record["id"]: record for record in records}
