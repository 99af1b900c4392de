"""A proxy that does not exist, does not connect, or connects to something else: named as the cause, without a hang."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from replica import Fault, Replica, Site, StatusFault
from replica.faults import Garble
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system


@pytest.fixture
def replica(serve: Callable[[Site], Replica]) -> Replica:
    return serve(GeneratedSite(3, seed=61, now=datetime(2026, 11, 20, tzinfo=UTC)).site)


@pytest.mark.parametrize(
    ("fault", "reason"), [(StatusFault(502), "would not connect"), (Garble(), "connection lost")], ids=str
)
def test_a_tunnel_that_leads_nowhere_is_reported(
    replica: Replica, crawl_of: Callable[[Replica], Crawl], fault: Fault, reason: str
) -> None:
    replica.tunnel_fault = lambda _: fault
    crawl = crawl_of(replica)
    ended = crawl.run("-a", "sections=world")
    assert ended.status == 3
    assert reason in crawl.report["reasons"][0]
    assert reason == "connection lost" or "the proxy 127.0.0.1:" in crawl.report["reasons"][0]
    assert replica.requests == []
    replica.tunnel_fault = None
    assert crawl.run("-a", "sections=world").status == 0


def test_a_proxy_whose_name_nobody_knows_is_reported(replica: Replica, crawl_of: Callable[[Replica], Crawl]) -> None:
    crawl = crawl_of(replica)
    nowhere = "http://proxy.invalid:3128"
    ended = crawl.run("-a", "sections=world", "-s", "RETRY_TIMES=0", https_proxy=nowhere, HTTPS_PROXY=nowhere)
    assert ended.status == 3
    assert "the host of the proxy proxy.invalid:3128 was not found" in crawl.report["reasons"][0]


def test_a_proxy_that_does_not_listen_is_named_without_its_password(
    replica: Replica, crawl_of: Callable[[Replica], Crawl]
) -> None:
    crawl = crawl_of(replica)
    closed = "http://desk:s3cret@127.0.0.1:9"
    ended = crawl.run("-a", "sections=world", "-s", "RETRY_TIMES=0", https_proxy=closed, HTTPS_PROXY=closed)
    assert ended.status == 3
    assert "the proxy 127.0.0.1:9 refused the connection" in crawl.report["reasons"][0]


def test_a_malformed_proxy_is_refused_before_the_first_request(
    replica: Replica, crawl_of: Callable[[Replica], Crawl]
) -> None:
    crawl = crawl_of(replica)
    ended = crawl.run(https_proxy="nonsense")
    assert (ended.status, ended.err) == (
        2,
        "ecnscrawl: error: https_proxy='nonsense' is not the URL of a proxy; write https_proxy=http://HOST:PORT, or unset it\n",
    )
    assert not crawl.data.exists()
