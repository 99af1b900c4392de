"""Host names resolve to public addresses only; the user's proxy may have any address."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from tests.middlewares import nameserver
from tests.middlewares.asking import answers
from tests.middlewares.nameserver import RESOLVER, NameServer, resolved
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

NO_PROXY = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "")
PUBLIC, OTHER_PUBLIC, PUBLIC_IPV6 = "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"  # resolved, never connected to
PRIVATE = {
    # What a name leads to.
    "loopback": "127.0.0.1",
    "loopback-too": "127.8.8.8",
    "private": "10.0.0.1",
    "private-too": "192.168.1.7",
    "link-local": "169.254.169.254",
    "shared": "100.64.0.1",
    "multicast": "224.0.0.1",
    "unspecified": "0.0.0.0",
    "reserved": "240.0.0.1",
    "loopback-6": "::1",
    "unspecified-6": "::",
    "local-6": "fd00::1",
    "link-local-6": "fe80::1",
    "multicast-6": "ff02::1",
    "mapped": "::ffff:127.0.0.1",
    "6to4": "2002:7f00:1::",
    "nat64": "64:ff9b::7f00:1",
}


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A port of this machine that nobody should connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def has_seen_somebody(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def host(name: str) -> str:
    return f"{name}.example.test"


@pytest.fixture
def server() -> Iterator[NameServer]:
    known = {host(name): [[address]] for name, address in PRIVATE.items()}
    with nameserver.serving(
        known
        | {
            host("mixed"): [[PUBLIC, "127.0.0.1", "::1", PUBLIC_IPV6]],
            host("mixed-too"): [["127.0.0.1", PUBLIC]],
            host("rebound"): [[PUBLIC], ["127.0.0.1"], [OTHER_PUBLIC]],
        }
    ) as server:
        yield server


def ask(urls: list[str], server: NameServer, port: int, **settings: str) -> dict[str, str]:
    environment = NO_PROXY | {"NAME_SERVER": server.address}
    given = {"TWISTED_DNS_RESOLVER": RESOLVER, "ROBOTSTXT_OBEY": "0", "ALLOWED_PORTS": str(port)}
    return answers(urls, environment, **given, **settings)


def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(server: NameServer) -> None:
    with listening() as listener:
        urls = {f"http://{host(name)}:{port_of(listener)}/": name for name in PRIVATE}
        found = ask(list(urls), server, port_of(listener))
        assert found == {
            url: f"{host(name)} is {PRIVATE[name]}, which is not a public address" for url, name in urls.items()
        }
        assert not has_seen_somebody(listener)


def test_a_name_that_resolves_to_a_private_address_is_not_connected_to_by_https(server: NameServer) -> None:
    with listening() as listener:
        url = f"https://{host('loopback')}:{port_of(listener)}/"
        assert ask([url], server, port_of(listener))[url].endswith("which is not a public address")
        assert not has_seen_somebody(listener)


def test_a_refused_name_is_resolved_once_and_not_retried(server: NameServer) -> None:
    with listening() as listener:
        ask([f"http://{host('loopback')}:{port_of(listener)}/"], server, port_of(listener))
    assert server.queries == [host("loopback")]


def test_the_setting_allows_private_addresses(server: NameServer) -> None:
    with Replica(Site()) as replica:
        port = int(replica.proxy_url.rpartition(":")[2])
        url = f"http://{host('loopback')}:{port}/"
        assert ask([url], server, port, ALLOW_PRIVATE_ADDRESSES="1") == {url: "HTTP 404"}
        assert [request.path for request in replica.requests] == ["/"]


def test_only_the_public_addresses_of_a_name_are_used(server: NameServer) -> None:
    assert resolved([host("mixed"), host("mixed-too")], server) == [[PUBLIC, PUBLIC_IPV6], [PUBLIC]]


def test_a_changed_answer_of_the_name_server_is_checked_again(server: NameServer) -> None:
    assert resolved([host("rebound")] * 3, server) == [[PUBLIC], [], [OTHER_PUBLIC]]


def test_an_unknown_name_is_host_not_found(server: NameServer) -> None:
    url = f"http://{host('nowhere')}/"
    assert ask([url], server, 80, RETRY_TIMES="0") == {url: "host not found"}


def test_a_proxy_may_be_on_this_machine_by_its_name() -> None:
    site = Site()
    urls = ["http://www.example.test/page", "https://www.example.test/other"]
    for url in urls:
        site.put(url, Resource(b"<p>Here.</p>"))
    with Replica(site) as replica:
        by_name = {name: value.replace("127.0.0.1", "localhost") for name, value in replica.environment().items()}
        assert answers(urls, by_name) == {url: f"reached {url}" for url in urls}


def test_only_the_proxy_s_own_port_is_exempt(tmp_path: Path) -> None:
    with Replica(Site()) as replica, listening() as listener:
        by_name = {name: value.replace("127.0.0.1", "localhost") for name, value in replica.environment().items()} | {
            "no_proxy": "localhost",
            "NO_PROXY": "localhost",
        }
        url = f"http://localhost:{port_of(listener)}/"
        ended = Crawl(tmp_path, by_name).scrapy("fetch", url)
        assert "localhost is 127.0.0.1, which is not a public address" in ended.err
        assert not has_seen_somebody(listener)


def test_a_crawl_of_a_site_on_a_private_address_stores_nothing_and_says_why(tmp_path: Path) -> None:
    with nameserver.serving({"www.ecns.cn": [["127.0.0.1"]]}) as server:
        crawl = Crawl(tmp_path, NO_PROXY | {"NAME_SERVER": server.address})
        ended = crawl.run("-s", f"TWISTED_DNS_RESOLVER={RESOLVER}")
    assert ended.status == 3
    assert "www.ecns.cn is 127.0.0.1, which is not a public address" in ended.stats["reason"]
    assert ended.err.splitlines() == [ended.last_line]
    assert crawl.files == []
