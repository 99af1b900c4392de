"""The HTTP message of an archived response, from whatever archive."""

import contextlib
import gzip
import hashlib
import zlib
from base64 import b32encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecnscrawl.reextraction.http import MAX_BODY, Unreadable, message_of
from ecnscrawl.storage.archive.reader import ArchivedResponse
from tests.system.archives import DAY

BODY = "<p>Schnee ❄</p>".encode()


def response(body: bytes = BODY, *lines: str, **more: object) -> ArchivedResponse:
    head = "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=UTF-8", *lines]).encode()
    made = ArchivedResponse(
        url="https://a.example/", at=DAY, file="a:1", number=0, place="a", block=head + b"\r\n\r\n" + body
    )
    return replace(made, **more)


def sha1(content: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()}"


def test_head_and_body_are_taken_apart() -> None:
    message = message_of(response(b"a\r\n\r\nb", "X-Robots-Tag: noindex", "x-robots-tag: noai"))
    assert message.body == b"a\r\n\r\nb"
    assert (message.charset, message.media_type) == ("UTF-8", "text/html")
    assert message.headers["x-robots-tag"] == ["noindex", "noai"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_the_head_may_end_in_lf_alone(end: str) -> None:
    head = end.join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=gbk", "ETag: x", "", ""]).encode()
    message = message_of(replace(response(), block=head + b"a\r\n\r\nb\n\nc", payload_digest=sha1(b"a\r\n\r\nb\n\nc")))
    assert message.body == b"a\r\n\r\nb\n\nc"
    assert (message.charset, message.header("etag")) == ("gbk", "x")


def test_a_header_that_goes_on_in_the_next_line_is_one() -> None:
    message = message_of(response(BODY, "Content-Language: en,", " de"))
    assert (message.header("content-language"), message.body) == ("en, de", BODY)


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("x-gzip", gzip.compress)]
)
def test_content_codings_are_undone(coding: str, compress: object) -> None:
    assert message_of(response(compress(BODY), f"Content-Encoding: {coding}")).body == BODY  # type: ignore[operator]


def test_a_header_that_stayed_when_the_body_was_decompressed_is_ignored() -> None:
    assert message_of(response(BODY, "Content-Encoding: gzip")).body == BODY


@pytest.mark.parametrize(
    "sent",
    [b"5\r\nabcde\r\n0\r\n\r\n", b"2;x=y\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", b"abcde"],
    ids=["chunks", "extension", "undone already"],
)
def test_the_transfer_coding_is_undone_where_it_is_there(sent: bytes) -> None:
    assert message_of(response(sent, "Transfer-Encoding: chunked")).body == b"abcde"


@given(st.binary(max_size=300))
def test_any_body_in_chunks_is_read_or_taken_as_it_is(sent: bytes) -> None:
    assert message_of(response(sent, "Transfer-Encoding: chunked")).body is not None


@pytest.mark.parametrize(
    "digest",
    [
        sha1(BODY),
        sha1(BODY).lower(),
        f"sha1: {sha1(BODY)[5:]} ",
        f"sha1:{hashlib.sha1(BODY).hexdigest()}",
        f"SHA-256:{hashlib.sha256(BODY).hexdigest().upper()}",
        f"sha256:{b32encode(hashlib.sha256(BODY).digest()).decode()}",
        f"md5:{hashlib.md5(BODY).hexdigest()}",
        f"md5:{b32encode(hashlib.md5(BODY).digest()).decode()}",
        "blake9:x",
    ],
)
def test_a_right_digest_is_accepted_in_each_form(digest: str) -> None:
    assert message_of(response(payload_digest=digest)).body == BODY


def test_the_digest_of_a_payload_may_be_that_before_or_after_the_transfer_coding() -> None:
    sent = b"5\r\nabcde\r\n0\r\n\r\n"
    for digest in (sha1(sent), sha1(b"abcde")):
        assert message_of(response(sent, "Transfer-Encoding: chunked", payload_digest=digest)).body == b"abcde"


@pytest.mark.parametrize(
    "stated",
    [
        {"payload_digest": sha1(b"else")},
        {"payload_digest": f"md5:{hashlib.md5(b'else').hexdigest()}"},
        {"block_digest": sha1(BODY)},
    ],
)
def test_a_wrong_digest_is_refused(stated: dict[str, str]) -> None:
    with pytest.raises(Unreadable, match="wrong digest"):
        message_of(response(**stated))  # type: ignore[arg-type]


@given(st.integers(0, 31), st.characters())
def test_a_digest_with_another_character_is_refused(at: int, other: str) -> None:
    right = sha1(BODY).removeprefix("sha1:")
    stated = f"{right[:at]}{other}{right[at + 1 :]}"
    if stated.strip().upper() == right:
        assert message_of(response(payload_digest=f"sha1:{stated}")).body == BODY
    else:
        with pytest.raises(Unreadable, match="wrong digest"):
            message_of(response(payload_digest=f"sha1:{stated}"))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (response(is_truncated=True), "cut off by who archived it"),
        (response(gzip.compress(BODY)[:-4], "Content-Encoding: gzip"), "compressed response cut short"),
        (response(gzip.compress(b" " * (MAX_BODY + 1)), "Content-Encoding: gzip"), "too large when decompressed"),
        (response(b" " * (MAX_BODY + 1)), "too large"),
    ],
    ids=["truncated", "cut", "bomb", "large"],
)
def test_what_cannot_be_read_has_a_reason(made: ArchivedResponse, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        message_of(made)


@given(st.binary(max_size=200))
def test_any_block_is_a_message_or_has_a_reason(block: bytes) -> None:
    with contextlib.suppress(Unreadable):  # nothing else is raised
        assert isinstance(message_of(replace(response(), block=b"HTTP/1.1 200 OK\r\n" + block)).body, bytes)
