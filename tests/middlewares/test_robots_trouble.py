"""A robots.txt behind redirects or server errors."""

from itertools import pairwise

import pytest

from replica import Close, Fault, LoggedRequest, Replica, Resource, Site, StatusFault
from tests.middlewares.asking import answers

pytestmark = pytest.mark.system

HOST = "https://www.example.test"
PAGE, CLOSED, ROBOTS = f"{HOST}/page", f"{HOST}/closed", f"{HOST}/robots.txt"
FORBIDDEN = "forbidden by robots.txt"
RULES = Resource(b"User-agent: *\nDisallow: /closed\n", "text/plain")


def site(hops: int = 0) -> Site:
    """A site whose robots.txt stands behind so many redirects."""
    site = Site()
    for url in (PAGE, CLOSED):
        site.put(url, Resource(b"<p>Here.</p>"))
    addresses = [ROBOTS, *(f"{HOST}/robots-{number}.txt" for number in range(1, hops + 1))]
    for address, target in pairwise(addresses):
        site.put(address, Resource(status=301, location=target))
    site.put(addresses[-1], RULES)
    return site


@pytest.mark.parametrize(
    "fault", [StatusFault(503), StatusFault(500), StatusFault(429), Close()], ids=["503", "500", "429", "closed"]
)
def test_robots_txt_is_retried_after_a_server_error_and_then_obeyed(fault: Fault) -> None:
    asked: list[LoggedRequest] = []

    def fail_twice(request: LoggedRequest) -> Fault | None:
        if request.path != "/robots.txt":
            return None
        asked.append(request)
        return fault if len(asked) <= 2 else None

    with Replica(site(), fail_twice) as replica:
        found = answers([PAGE, CLOSED], replica.environment(), RETRY_BACKOFF="0.2")
    assert found == {PAGE: f"reached {PAGE}", CLOSED: FORBIDDEN}
    assert len(asked) == 3
    assert [
        second.time - first.time >= wait for (first, second), wait in zip(pairwise(asked), (0.15, 0.35), strict=True)
    ] == [
        True,
        True,
    ]


def test_five_redirects_are_followed() -> None:
    with Replica(site(hops=5)) as replica:
        assert answers([PAGE, CLOSED], replica.environment()) == {PAGE: f"reached {PAGE}", CLOSED: FORBIDDEN}


@pytest.mark.parametrize("most", ["5", "20"])
def test_after_a_sixth_redirect_nothing_is_crawled(most: str) -> None:
    with Replica(site(hops=6)) as replica:
        found = answers([PAGE], replica.environment(), REDIRECT_MAX_TIMES=most)
        assert found == {PAGE: "robots.txt could not be fetched (max redirections reached)"}
        assert len(replica.requests) == 6
