"""Only the site's own hosts are requested, however a link or a redirect spells another one."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from replica import LoggedRequest, Replica, Resource, Site
from tests.middlewares.asking import answers

pytestmark = pytest.mark.system

OWN = "https://www.example.test"
REFUSED = {
    # URL -> the reason why it is refused.
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
    "http://www.ex\u0430mple.test/page": "www.xn--exmple-4nf.test is not a host of this site",  # a Cyrillic a
    "http://127.0.0.1/page": "127.0.0.1 is not a public address",  # a host of this site, says its spider
    "http://\u2460\u2461\u2466.0.0.1/page": "127.0.0.1 is not a public address",  # digits in circles
    f"{OWN}:8080/page": "port 8080 is not allowed",
    "https://somebody@www.example.test/page": "a URL with a user name is not allowed",
    "https://somebody:secret@www.example.test/page": "a URL with a user name is not allowed",
    "https://a%2fb.example.test/page": "a malformed URL",
    "https://a%00.example.test/page": "a malformed URL",
}
SHORT = [address[:60] for address in REFUSED]
BACKSLASH = "http://www.example.test\\@mirror.example/page"
REFRESH = f'<meta http-equiv="refresh" content="0; url={OWN}/refreshed"><p>Here.</p>'.encode()
LONG = f"{OWN}/{'a' * 10_000}"
OTHER_SCHEMES = ("file:///etc/passwd", "ftp://www.example.test/page", "data:text/html,page", "s3://example.test/page")
REACHED = ("https://example.test/page", f"{OWN}/page", "https://a.b.example.test/page", "HTTPS://WWW.EXAMPLE.TEST/page")


def redirect(number: int) -> str:
    """A URL of the site that redirects to the address with this number."""
    return f"{OWN}/redirect/{number}"


@dataclass(frozen=True)
class Asked:
    """The outcome of each request, and the requests that the server received."""

    answers: dict[str, str]
    log: list[LoggedRequest]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    site = Site()
    for address in (*REFUSED, *REACHED):
        site.put(address.lower(), Resource(b"<p>Here.</p>"))
    for number, address in enumerate([*REFUSED, *OTHER_SCHEMES, *REACHED]):
        site.put(redirect(number), Resource(status=302, location=address.encode().decode("latin-1")))  # sent as UTF-8
    site.put(f"{OWN}/loop", Resource(status=302, location=f"{OWN}/loop"))
    site.put(f"{OWN}/long", Resource(status=302, location=LONG))
    site.put(f"{OWN}/no-address", Resource(status=302, location="https://[www.example.test/"))
    site.put(f"{OWN}/refresh", Resource(REFRESH, headers=(("Refresh", f"0; url={OWN}/refreshed"),)))
    site.put(f"{OWN}/@mirror.example/page", Resource(b"<p>Here.</p>"))
    redirects = [redirect(number) for number in range(len(REFUSED) + len(OTHER_SCHEMES) + len(REACHED))]
    with Replica(site) as replica:
        urls = [
            *REFUSED,
            *OTHER_SCHEMES,
            *REACHED,
            *redirects,
            f"{OWN}/loop",
            f"{OWN}/long",
            BACKSLASH,
            f"{OWN}/no-address",
            f"{OWN}/refresh",
        ]
        yield Asked(answers(urls, replica.environment()), list(replica.requests))


@pytest.mark.parametrize("address", REFUSED, ids=SHORT)
def test_another_host_is_refused_with_a_reason(asked: Asked, address: str) -> None:
    assert asked.answers[address] == REFUSED[address]


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=SHORT)
def test_a_redirect_to_another_host_is_refused_with_a_reason(asked: Asked, number: int) -> None:
    assert asked.answers[redirect(number)] == list(REFUSED.values())[number]


@pytest.mark.parametrize("address", OTHER_SCHEMES)
def test_a_url_that_is_not_http_is_refused_with_a_reason(asked: Asked, address: str) -> None:
    assert asked.answers[address] == f"{address.partition(':')[0]} is not allowed"


@pytest.mark.parametrize("number", range(len(OTHER_SCHEMES)), ids=OTHER_SCHEMES)
def test_a_redirect_to_a_url_that_is_not_http_fails(asked: Asked, number: int) -> None:
    assert not asked.answers[redirect(len(REFUSED) + number)].startswith("reached")


@pytest.mark.parametrize("address", REACHED)
def test_the_site_s_own_hosts_are_requested(asked: Asked, address: str) -> None:
    assert asked.answers[address].lower() == f"reached {address.lower()}"


@pytest.mark.parametrize("number", range(len(REACHED)), ids=REACHED)
def test_a_redirect_to_one_of_its_own_hosts_is_followed(asked: Asked, number: int) -> None:
    answer = asked.answers[redirect(len(REFUSED) + len(OTHER_SCHEMES) + number)]
    assert answer.lower() == f"reached {REACHED[number].lower()}"


def test_an_endless_redirect_fails_with_a_reason(asked: Asked) -> None:
    assert asked.answers[f"{OWN}/loop"] == "max redirections reached"
    assert len([request for request in asked.log if request.path == "/loop"]) <= 6


def test_a_redirect_to_an_address_of_ten_thousand_characters_is_refused_with_a_reason(asked: Asked) -> None:
    assert asked.answers[f"{OWN}/long"] == f"a URL of {len(LONG)} characters is too long"


def test_a_redirect_to_a_malformed_url_is_refused_with_a_reason(asked: Asked) -> None:
    assert asked.answers[f"{OWN}/no-address"] == "a malformed URL"


def test_a_meta_refresh_is_not_followed(asked: Asked) -> None:
    assert asked.answers[f"{OWN}/refresh"] == f"reached {OWN}/refresh"
    assert "/refreshed" not in {request.path for request in asked.log}


def test_a_backslash_counts_as_a_slash_and_hides_no_host(asked: Asked) -> None:
    assert asked.answers[BACKSLASH] == "reached http://www.example.test/@mirror.example/page"


def test_no_other_host_is_requested_not_even_for_robots_txt(asked: Asked) -> None:
    hosts = {request.host for request in asked.log}
    assert hosts == {"www.example.test", "example.test", "a.b.example.test"}
