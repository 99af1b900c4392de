"""What a run says that ends with its lease."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.utils.test import get_crawler

from ecnscrawl.network import lease_watcher
from ecnscrawl.network.lease_watcher import LeaseWatcher


@pytest.mark.parametrize(
    ("failure", "expected"),
    [(None, "the lease of the site has ended"), ("news: connection refused", "news: connection refused")],
)
def test_the_warning_says_why_the_run_ends(
    failure: str | None, expected: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lease_watcher, "abandon", lambda *_: None)
    lease = cast(Any, SimpleNamespace(is_held=False, end=lambda: None))

    async def look() -> None:
        LeaseWatcher(get_crawler(), lease, lambda: failure)._look()

    asyncio.run(look())
    assert [each.getMessage() for each in caplog.records] == [f"The run ends at once: {expected}"]
