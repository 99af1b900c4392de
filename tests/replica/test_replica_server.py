"""The proxy as a client sees it: real sockets, Python's own HTTP and TLS, verified certificates."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from replica import Replica, Resource, Site

ARTICLE = "https://www.ecns.cn/world/2026-11-20/detail-ihabcdef1000001.shtml"
ARTICLE_PATH = urlsplit(ARTICLE).path
MODIFIED = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def replica() -> Iterator[Replica]:
    site = Site()
    site.put(ARTICLE, Resource.dated(b"<h1>Kites</h1>", "text/html", MODIFIED))
    with Replica(site) as running:
        yield running


def plain(replica: Replica) -> http.client.HTTPConnection:
    address = urlsplit(replica.proxy_url)
    assert address.hostname is not None
    return http.client.HTTPConnection(address.hostname, address.port, timeout=10)


def tunnel(
    replica: Replica, host: str = "www.ecns.cn", trust: ssl.SSLContext | None = None
) -> http.client.HTTPSConnection:
    address = urlsplit(replica.proxy_url)
    assert address.hostname is not None
    trust = trust or ssl.create_default_context(cafile=str(replica.ca_file))
    connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=10, context=trust)
    connection.set_tunnel(host, 443)
    return connection


def ask(
    connection: http.client.HTTPConnection, target: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[http.client.HTTPResponse, bytes]:
    connection.request(method, target, headers=headers or {})
    response = connection.getresponse()
    return response, response.read()


def test_a_plain_request_is_answered_with_the_resource(replica: Replica) -> None:
    response, body = ask(plain(replica), f"http://ecns.cn{ARTICLE_PATH}?utm_source=mail")
    assert (response.status, body) == (200, b"<h1>Kites</h1>")
    assert response.headers["Content-Type"] == "text/html"
    assert response.headers["Last-Modified"] == "Fri, 20 Nov 2026 03:04:05 GMT"


def test_a_tunnel_has_a_certificate_that_the_ca_file_verifies(replica: Replica) -> None:
    response, body = ask(tunnel(replica), ARTICLE_PATH)
    assert (response.status, body) == (200, b"<h1>Kites</h1>")


def test_a_client_without_the_ca_file_rejects_the_tunnel(replica: Replica) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(tunnel(replica, trust=ssl.create_default_context()), ARTICLE_PATH)
    assert ask(tunnel(replica), ARTICLE_PATH)[0].status == 200


def test_each_host_has_its_own_certificate(replica: Replica) -> None:
    replica.site.put("https://image.cns.com.cn/a.jpg", Resource(b"jpeg", "image/jpeg"))
    assert ask(tunnel(replica, "image.cns.com.cn"), "/a.jpg")[1] == b"jpeg"
    assert ask(tunnel(replica, "ecns.cn"), ARTICLE_PATH)[0].status == 200


@pytest.mark.parametrize(("connect", "prefix"), [(plain, "http://www.ecns.cn"), (tunnel, "")])
def test_a_connection_serves_many_requests(
    replica: Replica, connect: Callable[[Replica], http.client.HTTPConnection], prefix: str
) -> None:
    connection = connect(replica)
    connection.connect()
    sock = connection.sock
    for _ in range(50):
        assert ask(connection, prefix + ARTICLE_PATH)[0].status == 200
    assert connection.sock is sock


def test_pipelined_requests_are_answered_in_order(replica: Replica) -> None:
    replica.site.put("/slow", Resource(b"slow", delay=0.1))
    replica.site.put("/fast", Resource(b"fast"))
    address = urlsplit(replica.proxy_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as sock:
        heads = [f"GET http://www.ecns.cn/{name} HTTP/1.1\r\nHost: www.ecns.cn\r\n" for name in ("slow", "fast")]
        sock.sendall(f"{heads[0]}\r\n{heads[1]}Connection: close\r\n\r\n".encode())
        answers = b"".join(iter(lambda: sock.recv(4096), b""))
    assert answers.index(b"slow") < answers.index(b"fast")


def test_matching_validators_get_a_304(replica: Replica) -> None:
    first, _ = ask(tunnel(replica), ARTICLE_PATH)
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
        {"If-Modified-Since": "Sat, 21 Nov 2026 00:00:00 GMT"},
    ):
        response, body = ask(tunnel(replica), ARTICLE_PATH, headers)
        assert (response.status, body) == (304, b"")
        assert response.headers["ETag"] == first.headers["ETag"]
        assert response.headers["Last-Modified"] == first.headers["Last-Modified"]


def test_other_validators_get_the_full_answer(replica: Replica) -> None:
    first, _ = ask(plain(replica), ARTICLE)
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]},
        {"If-Modified-Since": "Thu, 19 Nov 2026 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert ask(plain(replica), ARTICLE, headers)[0].status == 200


def test_an_unknown_url_is_a_404_with_a_page(replica: Replica) -> None:
    for address in (
        "http://www.ecns.cn/nowhere",
        f"http://www.ecns.cn/m{ARTICLE_PATH}",
        f"http://example.org{ARTICLE_PATH}",
    ):
        response, body = ask(plain(replica), address)
        assert response.status == 404
        assert b"<h1>" in body


def test_a_head_request_gets_only_the_head(replica: Replica) -> None:
    connection = tunnel(replica)
    response, body = ask(connection, ARTICLE_PATH, method="HEAD")
    assert (response.status, response.headers["Content-Length"], body) == (200, "14", b"")
    assert ask(connection, ARTICLE_PATH)[1] == b"<h1>Kites</h1>"


def test_other_methods_are_not_allowed(replica: Replica) -> None:
    assert ask(tunnel(replica), ARTICLE_PATH, method="POST")[0].status == 405


def test_a_redirect_has_a_location_header(replica: Replica) -> None:
    replica.site.put("/old", Resource(status=301, location=ARTICLE))
    response, _ = ask(plain(replica), "http://www.ecns.cn/old")
    assert (response.status, response.headers["Location"]) == (301, ARTICLE)


def test_the_site_can_change_while_it_is_served(replica: Replica) -> None:
    before = replica.site.resource(ARTICLE).etag
    replica.site.replace(ARTICLE, body=b"changed", etag='"new"')
    response, body = ask(tunnel(replica), ARTICLE_PATH, {"If-None-Match": str(before)})
    assert (response.status, body, response.headers["ETag"]) == (200, b"changed", '"new"')
    replica.site.remove(ARTICLE)
    assert ask(tunnel(replica), ARTICLE_PATH)[0].status == 404


def test_the_log_has_each_request_in_order_of_arrival(replica: Replica) -> None:
    ask(plain(replica), f"http://ecns.cn{ARTICLE_PATH}?a=1&b=2", {"X-Test": "yes"})
    ask(tunnel(replica), "/nowhere")
    first, second = replica.requests
    assert (first.method, first.scheme, first.host, first.path) == ("GET", "http", "ecns.cn", ARTICLE_PATH)
    assert (first.query, first.headers["x-test"], first.status) == ("a=1&b=2", "yes", 200)
    assert first.bytes > len(b"<h1>Kites</h1>")
    assert (second.scheme, second.url, second.status) == ("https", "https://www.ecns.cn/nowhere", 404)
    assert first.time <= second.time


def test_a_malformed_request_is_a_400(replica: Replica) -> None:
    address = urlsplit(replica.proxy_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as sock:
        sock.sendall(b"hello\r\n\r\n")
        assert sock.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_leaving_the_context_stops_thread_and_socket() -> None:
    with Replica(Site()) as replica:
        idle = tunnel(replica)
        ask(idle, "/")
        ca_file = replica.ca_file
        address = urlsplit(replica.proxy_url)
    assert not [thread for thread in threading.enumerate() if thread.name == "replica"]
    assert not ca_file.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=10)


def test_a_taken_port_is_an_error(replica: Replica) -> None:
    port = urlsplit(replica.proxy_url).port
    assert port is not None
    with pytest.raises(OSError, match="in use"), Replica(Site(), port=port):
        pass


def test_the_environment_sends_all_requests_to_the_replica(replica: Replica) -> None:
    environment = replica.environment()
    proxies = [value for name, value in environment.items() if name.lower() in {"http_proxy", "https_proxy"}]
    assert proxies == [replica.proxy_url] * 4
    assert environment["no_proxy"] == ""
    assert environment["SSL_CERT_FILE"] == str(replica.ca_file)
