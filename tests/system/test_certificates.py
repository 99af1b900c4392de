"""Certificates that are refused: the report gives the reason for each."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from replica import Replica
from replica.certificates import Authority
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand

pytestmark = pytest.mark.system

EXPIRED = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


class Certified(Authority):
    """An authority that makes each certificate as a test wants it."""

    def __init__(self, make: Callable[[trustme.CA, str], trustme.LeafCert]) -> None:
        super().__init__()
        self._make = make

    def context_for(self, host: str) -> ssl.SSLContext:
        """The server side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._make(self._ca, host).configure_cert(context)
        return context


def expired(authority: trustme.CA, host: str) -> trustme.LeafCert:
    return authority.issue_cert(host, not_before=datetime(2024, 1, 2, tzinfo=UTC), not_after=EXPIRED)


def of_tomorrow(authority: trustme.CA, host: str) -> trustme.LeafCert:
    return authority.issue_cert(
        host, not_before=datetime(2037, 1, 2, tzinfo=UTC), not_after=datetime(2037, 9, 1, tzinfo=UTC)
    )


def of_another(authority: trustme.CA, host: str) -> trustme.LeafCert:
    return authority.issue_cert("www.example.org")


def of_a_stranger(authority: trustme.CA, host: str) -> trustme.LeafCert:
    return trustme.CA().issue_cert(host)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (expired, "the certificate expired on 2025-01-02"),
        (of_tomorrow, "the certificate is valid from 2037-01-02 on"),
        (of_another, "the certificate is not for www.ecns.cn"),
        (of_a_stranger, "certificate not trusted"),
    ],
)
def test_a_certificate_is_refused_with_its_reason(
    tmp_path: Path, make: Callable[[trustme.CA, str], trustme.LeafCert], reason: str
) -> None:
    with Replica(Newsstand().site, authority=Certified(make)) as replica:
        crawl = Crawl(tmp_path / "data", replica.environment())
        ended = crawl.run("-a", "sections=world", "-s", "RETRY_TIMES=0")
        assert ended.status == 3
        assert f"robots.txt could not be fetched ({reason})" in crawl.report["reasons"][0]
        assert replica.requests == []


def test_a_file_of_certificates_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = Crawl(tmp_path / "data", {"SSL_CERT_FILE": "/nowhere.pem"}).run()
    what = "SSL_CERT_FILE='/nowhere.pem' cannot be read (No such file or directory)"
    assert ended.status == 2
    assert ended.err == f"ecnscrawl: error: {what}; name a file of PEM certificates, or unset it\n"
