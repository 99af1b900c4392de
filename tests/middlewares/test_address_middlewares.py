"""Which requests the address middlewares refuse, and what a command says of it that inspects one page."""

import logging

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import Settings

from ecnscrawl.middlewares.addresses import AddressPolicyMiddleware, AnyHostMiddleware
from ecnscrawl.network.exceptions import AddressRefused

DEFAULTS = {"ALLOWED_PORTS": [80, 443], "ALLOW_PRIVATE_ADDRESSES": False}
OWN = "https://www.example.test/page"


class Paper(Spider):
    """A site with one domain and an address of the user's own network."""

    name = "paper"
    allowed_domains = ("example.test", "10.0.0.1")


def of_site(**settings: object) -> AddressPolicyMiddleware:
    return AddressPolicyMiddleware.from_crawler(Crawler(Paper, Settings(DEFAULTS | settings)))


def of_any_host(**settings: object) -> AnyHostMiddleware:
    return AnyHostMiddleware.from_crawler(Crawler(Paper, Settings(DEFAULTS | settings)))


@pytest.mark.parametrize("url", [OWN, "http://example.test/", "https://example.test:443/", "http://a.example.test:80/"])
def test_the_hosts_and_ports_of_the_site_pass(url: str) -> None:
    of_site().process_request(Request(url))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://mirror.example/", "mirror.example is not a host of this site"),
        ("https://www.example.test:8080/", "port 8080 is "),
        ("http://10.0.0.1/", "10.0.0.1 is not a public address"),
        ("ftp://www.example.test/page", "ftp is "),
        ("file:///etc/passwd", "file is "),
    ],
)
def test_everything_else_is_refused_with_a_reason(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused, match=f"^{reason}"):
        of_site().process_request(Request(url))


def test_settings_name_other_ports_and_allow_the_users_own_network() -> None:
    middleware = of_site(ALLOWED_PORTS="8080", ALLOW_PRIVATE_ADDRESSES=True)
    middleware.process_request(Request("http://10.0.0.1:8080/"))
    with pytest.raises(AddressRefused, match="port 443 is "):
        middleware.process_request(Request("https://www.example.test:443/"))


@pytest.mark.parametrize("url", ["https://mirror.example:8080/", "file:///etc/hostname", "data:text/html,page"])
def test_a_command_that_inspects_a_page_may_name_any_host_port_and_scheme(url: str) -> None:
    of_any_host().process_request(Request(url))


def test_it_is_led_into_the_users_own_network_only_where_a_setting_allows_that() -> None:
    with pytest.raises(AddressRefused, match=r"^127\.0\.0\.1 is not a public address"):
        of_any_host().process_request(Request("http://127.0.0.1/"))
    of_any_host(ALLOW_PRIVATE_ADDRESSES=True).process_request(Request("http://127.0.0.1/"))


def logged(caplog: pytest.LogCaptureFixture, request: Request, exception: Exception) -> list[str]:
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        of_any_host().process_exception(request, exception)
    return [record.getMessage() for record in caplog.records]


def test_it_logs_why_nothing_is_shown_without_passwords(caplog: pytest.LogCaptureFixture) -> None:
    request = Request("http://somebody:secret@127.0.0.1/page")
    assert logged(caplog, request, AddressRefused("not there")) == ["http://127.0.0.1/page: not there"]
    assert logged(caplog, request, IgnoreRequest("robots")) == ["http://127.0.0.1/page: robots"]


def test_it_logs_nothing_of_other_errors_and_of_requests_whose_errback_does(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, Request(OWN), OSError("the network is down")) == []
    with_errback = Request(OWN, errback=lambda failure: None)
    assert logged(caplog, with_errback, AddressRefused("not there")) == []
