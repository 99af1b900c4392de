"""`scrapy fetch` and the like open any page that the user names, but follow none into the user's own network."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

ELSEWHERE = "https://news.example/page"
INWARDS = [
    "http://127.1",
    "http://2130706433",
    "http://0x7f.1",
    "http://[::ffff:127.0.0.1]",
    "http://[::1]",
    "http://localhost",
]


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    site = Site()
    site.put(ELSEWHERE, Resource(b"<p>Read me.</p>"))
    site.put("https://news.example/inwards", Resource(status=302, location="http://169.254.169.254/latest/"))
    with Replica(site) as replica:
        yield replica


@pytest.fixture
def direct(tmp_path: Path) -> Crawl:
    """A user without a proxy."""
    return Crawl(tmp_path, dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), ""))


@pytest.mark.parametrize(
    "command",
    [("fetch",), ("parse", "--spider=ecns", "--noitems"), ("shell", "-c", "print(response.text)")],
    ids=lambda words: words[0],
)
def test_any_host_may_be_inspected(replica: Replica, tmp_path: Path, command: tuple[str, ...]) -> None:
    replica.requests.clear()
    ended = Crawl(tmp_path, replica.environment()).scrapy(*command, ELSEWHERE)
    assert ended.status == 0
    assert ELSEWHERE in {request.url for request in replica.requests}


def test_a_redirect_into_the_own_network_is_not_followed(replica: Replica, tmp_path: Path) -> None:
    replica.requests.clear()
    ended = Crawl(tmp_path, replica.environment()).scrapy("fetch", "https://news.example/inwards")
    assert "169.254.169.254 is not a public address" in ended.err
    assert {request.host for request in replica.requests} == {"news.example"}


@pytest.mark.parametrize("host", INWARDS)
def test_a_host_of_the_own_network_is_refused_by_all_its_names(direct: Crawl, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        ended = direct.scrapy("fetch", f"{host}:{listener.getsockname()[1]}/")
        assert "not a public address" in ended.err or "not found" in ended.err, ended.err
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_the_user_may_allow_hosts_of_the_own_network(direct: Crawl) -> None:
    with Replica(Site()) as replica:
        direct.scrapy("fetch", f"{replica.proxy_url}/page", "-s", "ALLOW_PRIVATE_ADDRESSES=1")
        assert "/page" in {request.path for request in replica.requests}
