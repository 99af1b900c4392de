"""What an exchange is in an archive file, as another program reads it."""

from datetime import timedelta

import pytest

from ecnscrawl import redaction
from ecnscrawl.storage.archive.records import Records
from tests.samples import MORNING
from tests.storage.archive.samples import EXCHANGE, URL, Found, exchange, records

NAME = "20261123T073000Z-1a2b3c.warc.gz"


def made(*exchanges: object) -> list[Found]:
    """The records of a file with these exchanges."""
    written = Records(
        NAME, {"software": "ecnscrawl/0.1.0", "settings": '{"DOWNLOAD_DELAY": "1"}'}, "2026-11-23T07:29:00Z"
    )
    return records(written.first + b"".join(written.of(exchanges)))  # type: ignore[arg-type]


def test_a_file_begins_with_how_it_was_made() -> None:
    (info,) = made()
    assert info.type == "warcinfo"
    assert info.headers["WARC-Date"] == "2026-11-23T07:29:00Z"
    assert info.headers["WARC-Filename"] == NAME
    assert info.block == b'software: ecnscrawl/0.1.0\r\nsettings: {"DOWNLOAD_DELAY": "1"}\r\n'


def test_a_response_is_kept_byte_for_byte_with_its_request() -> None:
    info, response, request = made(EXCHANGE)
    assert (response.type, request.type) == ("response", "request")
    assert response.block == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nVary: Accept\r\nVary: Cookie\r\n\r\n<html>\r\n\r\n\x00\xff</html>"
    )
    assert request.block == (
        b"GET /world/2026-11-23/detail-ihtest1.shtml HTTP/1.1\r\nHost: www.ecns.cn\r\nUser-Agent: ecnscrawl/0.1.0\r\n\r\n"
    )
    assert response.url == request.url == URL
    assert response.headers["WARC-Date"] == request.headers["WARC-Date"] == "2026-11-23T07:30:00Z"
    assert request.headers["WARC-Concurrent-To"] == response.headers["WARC-Record-ID"]
    assert response.headers["WARC-Warcinfo-ID"] == info.headers["WARC-Record-ID"]
    assert response.headers["Content-Type"] == "application/http; msgtype=response"


def test_a_response_states_the_digest_of_its_body() -> None:
    _, response, _ = made(exchange(body=b"snow"))
    # printf snow | openssl sha1 -binary | base32
    assert response.headers["WARC-Payload-Digest"] == "sha1:XFHJ6PL6AAMYDMW5JHZKOCBCVCWI6PTI"
    assert all(record.has_right_digest for record in made(EXCHANGE))


def test_a_time_is_written_without_fractions_as_in_a_record() -> None:
    _, response, _ = made(exchange(at=MORNING + timedelta(microseconds=999_999)))
    assert response.headers["WARC-Date"] == "2026-11-23T07:30:00Z"


def test_a_header_that_is_not_ascii_is_kept_as_it_came() -> None:
    _, response, _ = made(exchange(headers=((b"Location", "/世界".encode()),), status=302))
    assert response.block.startswith(b"HTTP/1.1 302 Found\r\nLocation: /\xe4\xb8\x96\xe7\x95\x8c\r\n\r\n")


def test_only_a_304_is_a_revisit() -> None:
    _, same, _ = made(exchange(status=304, body=b"", headers=((b"Etag", b'"a"'),)))
    assert same.type == "revisit"
    assert same.headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert same.headers["WARC-Refers-To-Target-URI"] == URL
    assert same.block == b'HTTP/1.1 304 Not Modified\r\nEtag: "a"\r\n\r\n'
    assert [record.type for record in made(EXCHANGE, EXCHANGE)[1:]] == ["response", "request"] * 2


@pytest.mark.parametrize("status", [404, 503, 999])
def test_an_error_is_a_response_too(status: int) -> None:
    _, response, _ = made(exchange(status=status))
    assert response.type == "response"
    assert response.block.startswith(b"HTTP/1.1 %d " % status)


def test_a_response_that_the_crawl_cut_off_says_so() -> None:
    _, response, _ = made(exchange(is_truncated=True))
    assert response.headers["WARC-Truncated"] == "length"


def test_a_rendered_page_follows_the_response_that_it_was_made_of() -> None:
    _, response, _, rendered = made(EXCHANGE, exchange(is_rendered=True, body="<p>Schnee ❄</p>".encode(), headers=()))
    assert rendered.type == "conversion"
    assert rendered.block.decode() == "<p>Schnee ❄</p>"
    assert rendered.headers["Content-Type"] == "text/html; charset=utf-8"
    assert rendered.headers["WARC-Refers-To"] == response.headers["WARC-Record-ID"]


# Secrets.


def test_no_cookie_and_no_authorization_is_kept() -> None:
    secret = (
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "X-Api-Key",
        "X-Auth-Token",
        "Set-Cookie",
        "set-cookie2",
    )
    headers = tuple((name.encode(), b"s3cret") for name in secret)
    _, response, request = made(exchange(request_headers=headers, headers=headers))
    assert request.block.count(b"\r\n") == 3  # the request line, Host, and the empty line
    assert b"s3cret" not in response.block + request.block


def test_a_password_in_an_address_is_not_kept() -> None:
    _, response, request = made(exchange(url="https://desk:s3cret@www.ecns.cn/a?b=1"))
    assert response.url == request.url == "https://***@www.ecns.cn/a?b=1"
    assert b"s3cret" not in request.block
    assert request.block.startswith(b"GET /a?b=1 HTTP/1.1\r\nHost: www.ecns.cn\r\n")


def test_a_secret_of_the_settings_is_cut_from_headers_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_secrets", set())
    redaction.register_secret("tok3n-of-the-desk")
    _, response, request = made(
        exchange(
            url="https://www.ecns.cn/?key=tok3n-of-the-desk",
            request_headers=((b"X-Desk", b"tok3n-of-the-desk"),),
            headers=((b"Location", b"/?key=tok3n-of-the-desk"),),
        )
    )
    assert b"tok3n" not in response.block + request.block
    assert "tok3n" not in response.url
