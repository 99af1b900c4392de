"""robots.txt in a crawl: what it allows, and what it means if it is broken, missing or huge."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from replica import Close, Fault, LoggedRequest, Replica, Resource, Site, Stall, StatusFault
from replica.endless import Endless
from tests.middlewares.asking import answers

pytestmark = pytest.mark.system

KIB = 1024
MEGABYTE = 1_000_000
ZIPPED = (("Content-Encoding", "gzip"),)
FORBIDDEN = "forbidden by robots.txt"
REFUSED = "http://127.0.0.1:9/page"  # the discard port, where nobody listens
PADDING = b"# so that the file grows\n"


def rules(text: str) -> Resource:
    return Resource(text.encode(), "text/plain")


def padded(before: bytes, size: int, after: bytes) -> Resource:
    """Rules with comments between them, so that the later ones come after so many bytes."""
    padding = PADDING * ((size - len(before)) // len(PADDING) + 1)
    return Resource(before + padding + after, "text/plain")


def endless() -> Resource:
    return padded(b"User-agent: *\nDisallow: /early\n", 50 * MEGABYTE, b"Disallow: /late\n")


ALL = "User-agent: *\nDisallow: /\n"
ROBOTS: dict[str, Resource | Callable[[], Resource] | None] = {
    # What stands at robots.txt of a host, by the host's name; what is large is made when it is needed.
    "nothing": None,
    "unauthorized": Resource(b"", status=401),
    "forbidden": Resource(ALL.encode(), status=403),
    "gone": Resource(b"", status=410),
    "too-many": Resource(b"", status=429),
    "broken": Resource(b"", status=500),
    "overloaded": Resource(b"", status=503),
    "empty": rules(""),
    "all": rules(ALL),
    "ours": rules("User-agent: *\nAllow: /\n\nUser-agent: ecnscrawl\nDisallow: /closed\n"),
    "ours-in-capitals": rules("User-Agent: EcnsCrawl\nDisallow: /closed\n"),
    "ours-with-version": rules("User-agent: ecnscrawl/0.1.0\nDisallow: /closed\n\nUser-agent: *\nAllow: /\n"),
    "ours-with-a-word": rules("User-agent: ecnscrawl bot\nDisallow: /closed\n"),
    "part-of-ours": rules("User-agent: ecns\nDisallow: /\n\nUser-agent: e\nDisallow: /\n"),
    "others": rules("User-agent: googlebot\nDisallow: /\n"),
    "all-but-us": rules("User-agent: *\nDisallow: /\n\nUser-agent: ecnscrawl\nAllow: /\n"),
    "longest": rules("User-agent: *\nDisallow: /closed\nAllow: /closed/open\n"),
    "patterns": rules("User-agent: *\nDisallow: /*.pdf$\n"),
    "bom": Resource(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /closed\r\n", "text/plain"),
    "noise": Resource(b"\x00\xff\xfe<html>\nUser-agent: *\nDisallow: /closed\n\x89PNG", "text/plain"),
    "moved": Resource(status=301, location="https://moved.example.test/elsewhere.txt"),
    "huge": padded(b"User-agent: *\nDisallow: /early\n", 600 * KIB, b"Disallow: /late\n"),
    "large": padded(b"User-agent: *\nDisallow: /early\n", 400 * KIB, b"Disallow: /late\n"),
    "without-end": rules(""),
    "endless": endless,
    "bomb": lambda: Resource(gzip.compress(ALL.encode() + b"#" * 100 * MEGABYTE), "text/plain", headers=ZIPPED),
    "zipped": Resource(gzip.compress(ALL.encode()), "text/plain", headers=ZIPPED),  # unasked
    "moved-to-endless": Resource(status=301, location="https://moved-to-endless.example.test/endless.txt"),
    "slow": rules("User-agent: *\nDisallow: /closed\n"),
    "hung-up": rules(""),
}
EXPECTED = {
    # What comes of asking for a page of a host: None where it is reached.
    "nothing/page": None,
    "unauthorized/page": None,
    "forbidden/page": None,
    "gone/page": None,
    "too-many/page": "robots.txt could not be fetched (HTTP 429)",
    "broken/page": "robots.txt could not be fetched (HTTP 500)",
    "overloaded/page": "robots.txt could not be fetched (HTTP 503)",
    "hung-up/page": "robots.txt could not be fetched (connection lost)",
    "empty/page": None,
    "all/page": FORBIDDEN,
    "ours/page": None,
    "ours/closed": FORBIDDEN,
    "ours-in-capitals/closed": FORBIDDEN,
    "ours-in-capitals/page": None,
    "ours-with-version/closed": FORBIDDEN,
    "ours-with-version/page": None,
    "ours-with-a-word/closed": FORBIDDEN,
    "ours-with-a-word/page": None,
    "part-of-ours/page": None,
    "others/page": None,
    "all-but-us/page": None,
    "longest/closed": FORBIDDEN,
    "longest/closed/open": None,
    "patterns/a.pdf": FORBIDDEN,
    "patterns/a.pdf.html": None,
    "bom/closed": FORBIDDEN,
    "bom/page": None,
    "noise/closed": FORBIDDEN,
    "noise/page": None,
    "moved/closed": FORBIDDEN,
    "moved/page": None,
    "huge/early": FORBIDDEN,
    "huge/late": None,
    "large/early": FORBIDDEN,
    "large/late": FORBIDDEN,
    "without-end/early": FORBIDDEN,
    "without-end/page": None,
    "endless/early": FORBIDDEN,
    "endless/late": None,
    "moved-to-endless/early": FORBIDDEN,
    "moved-to-endless/late": None,
    "bomb/page": "robots.txt could not be fetched (response too large)",
    "zipped/page": FORBIDDEN,
    **{f"slow/{number}": None for number in range(10)},
    "slow/closed": FORBIDDEN,
}


def url(name: str) -> str:
    """The address of `host/path`."""
    host, _, path = name.partition("/")
    return f"https://{host}.example.test/{path}"


def site() -> Site:
    site = Site()
    for host, robots in ROBOTS.items():
        if robots:
            site.put(url(f"{host}/robots.txt"), robots() if callable(robots) else robots)
    site.put("https://moved-to-endless.example.test/endless.txt", endless())
    site.put("https://moved.example.test/elsewhere.txt", rules("User-agent: *\nDisallow: /closed\n"))
    for name in EXPECTED:
        site.put(url(name), Resource(b"<p>Here.</p>"))
    return site


def fault(request: LoggedRequest) -> Fault | None:
    if request.path == "/robots.txt" and request.host.startswith("without-end."):
        return Endless(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /early\n", PADDING)
    if request.path == "/robots.txt" and request.host.startswith("slow."):
        return Stall(0.5)
    return Close() if request.host.startswith("hung-up.") else None


@dataclass(frozen=True)
class Asked:
    """The result of a request, and the requests that the hosts got."""

    answers: dict[str, str]
    log: list[LoggedRequest]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with Replica(site(), fault) as replica:
        # What the proxy cannot do for us, have a connection refused, is asked for past it.
        environment = replica.environment() | {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
        there = {"ALLOW_PRIVATE_ADDRESSES": "1", "ALLOWED_PORTS": "9"}
        yield Asked(answers([*map(url, EXPECTED), REFUSED], environment, **there), replica.requests)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_is_requested_only_if_robots_txt_allows_it(asked: Asked, name: str) -> None:
    expected = EXPECTED[name]
    assert asked.answers[url(name)] == (f"reached {url(name)}" if expected is None else expected)
    assert (url(name) in {request.url for request in asked.log}) == (expected is None)


def test_if_nobody_listens_nothing_is_requested(asked: Asked) -> None:
    assert asked.answers[REFUSED] == "robots.txt could not be fetched (connection refused)"


def test_robots_txt_is_requested_once_for_each_host_even_if_many_pages_wait_for_it(asked: Asked) -> None:
    times = Counter(request.host for request in asked.log if request.path == "/robots.txt")
    retried = {"too-many", "broken", "overloaded", "hung-up"}
    assert {host for host, count in times.items() if count != 1} <= {f"{host}.example.test" for host in retried}
    assert set(times) == {f"{host}.example.test" for host in ROBOTS}


def test_robots_txt_is_the_first_request_to_a_host(asked: Asked) -> None:
    first = {request.host: request.path for request in reversed(asked.log)}
    assert set(first.values()) == {"/robots.txt"}


def test_a_user_may_ignore_robots_txt() -> None:
    with Replica(site()) as replica:
        found = answers([url("all/page"), url("broken/page")], replica.environment(), ROBOTSTXT_OBEY="0")
        assert found == {url(name): f"reached {url(name)}" for name in ("all/page", "broken/page")}
        assert "/robots.txt" not in {request.path for request in replica.requests}


def test_the_user_may_set_another_name_for_the_rules() -> None:
    with Replica(site(), lambda _: None) as replica:
        found = answers(
            [url("ours/closed"), url("others/page")], replica.environment(), ROBOTSTXT_USER_AGENT="googlebot"
        )
        assert found[url("ours/closed")].startswith("reached")
        assert found[url("others/page")] == FORBIDDEN


def test_a_site_that_always_fails_gets_requests_for_robots_txt_only() -> None:
    with Replica(site(), lambda _: StatusFault(502)) as replica:
        assert answers([url("all/page")], replica.environment()) == {
            url("all/page"): "robots.txt could not be fetched (HTTP 502)"
        }
        assert {request.path for request in replica.requests} == {"/robots.txt"}
