"""Which hosts are asked: the site's own, however a link or a redirect spells another one."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from replica import LoggedRequest, Replica, Resource, Site
from tests.middlewares.asking import answers

pytestmark = pytest.mark.system

OWN = "https://www.example.test"
REFUSED = {
    # An address, and the reason why it is not asked for.
    "https://mirror.example/page": "mirror.example is not a host of this site",
    "https://notexample.test/page": "notexample.test is not a host of this site",
    "https://example.test.mirror.example/page": "example.test.mirror.example is not a host of this site",
    "https://www.example.test@mirror.example/page": "mirror.example is not a host of this site",
    "http://localhost/page": "localhost is not a host of this site",
    "http://[::1]/page": "::1 is not a host of this site",
    "http://2130706433/page": "2130706433 is not a host of this site",
    "http://0x7f000001/page": "0x7f000001 is not a host of this site",
    "http://169.254.169.254/latest/meta-data/": "169.254.169.254 is not a host of this site",
    "http://10.0.0.1/page": "10.0.0.1 is not a host of this site",
    "http://127.0.0.1.mirror.example/page": "127.0.0.1.mirror.example is not a host of this site",
}
OTHER_SCHEMES = ("file:///etc/passwd", "ftp://www.example.test/page", "data:text/html,page", "s3://example.test/page")
REACHED = ("https://example.test/page", f"{OWN}/page", "https://a.b.example.test/page", "HTTPS://WWW.EXAMPLE.TEST/page")


def redirect(number: int) -> str:
    """An own address that redirects to the one with this number."""
    return f"{OWN}/redirect/{number}"


@dataclass(frozen=True)
class Asked:
    """What came of asking, and what was asked for."""

    answers: dict[str, str]
    log: list[LoggedRequest]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    site = Site()
    for address in (*REFUSED, *REACHED):
        site.put(address.lower(), Resource(b"<p>Here.</p>"))
    for number, address in enumerate([*REFUSED, *OTHER_SCHEMES, *REACHED]):
        site.put(redirect(number), Resource(status=302, location=address))
    site.put(f"{OWN}/loop", Resource(status=302, location=f"{OWN}/loop"))
    redirects = [redirect(number) for number in range(len(REFUSED) + len(OTHER_SCHEMES) + len(REACHED))]
    with Replica(site) as replica:
        urls = [*REFUSED, *OTHER_SCHEMES, *REACHED, *redirects, f"{OWN}/loop"]
        yield Asked(answers(urls, replica.environment()), list(replica.requests))


@pytest.mark.parametrize("address", REFUSED)
def test_another_host_is_refused_with_a_reason(asked: Asked, address: str) -> None:
    assert asked.answers[address] == REFUSED[address]


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=list(REFUSED))
def test_a_redirect_to_another_host_is_refused_with_a_reason(asked: Asked, number: int) -> None:
    assert asked.answers[redirect(number)] == list(REFUSED.values())[number]


@pytest.mark.parametrize("address", OTHER_SCHEMES)
def test_what_is_no_web_address_is_refused_with_a_reason(asked: Asked, address: str) -> None:
    assert asked.answers[address] == f"{address.partition(':')[0]} is not asked for"


@pytest.mark.parametrize("number", range(len(OTHER_SCHEMES)), ids=OTHER_SCHEMES)
def test_a_redirect_to_what_is_no_web_address_fails(asked: Asked, number: int) -> None:
    assert not asked.answers[redirect(len(REFUSED) + number)].startswith("reached")


@pytest.mark.parametrize("address", REACHED)
def test_the_site_s_own_hosts_are_asked(asked: Asked, address: str) -> None:
    assert asked.answers[address].lower() == f"reached {address.lower()}"


@pytest.mark.parametrize("number", range(len(REACHED)), ids=REACHED)
def test_a_redirect_to_one_of_its_own_hosts_is_followed(asked: Asked, number: int) -> None:
    answer = asked.answers[redirect(len(REFUSED) + len(OTHER_SCHEMES) + number)]
    assert answer.lower() == f"reached {REACHED[number].lower()}"


def test_a_redirect_without_an_end_is_given_up_with_a_reason(asked: Asked) -> None:
    assert asked.answers[f"{OWN}/loop"] == "max redirections reached"
    assert len([request for request in asked.log if request.path == "/loop"]) <= 6


def test_nobody_else_is_ever_asked_not_even_for_robots_txt(asked: Asked) -> None:
    hosts = {request.host for request in asked.log}
    assert hosts == {"www.example.test", "example.test", "a.b.example.test"}
