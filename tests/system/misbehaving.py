"""What servers do that never finish or lie, and the reason that a report gives for it."""

from collections.abc import Callable

from ecnscrawl.network.bounded_protocol import MAX_CHUNKS, MAX_HEAD_BYTES
from replica import Fault
from replica.endless import Dribble, Endless, Raw

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# A server that closes a connection which the client may use again could lose the next page's request, whatever its fault.
CLOSED = b"Connection: close\r\n"


def length(page: bytes) -> bytes:
    return str(len(page)).encode()


def with_length(stated: bytes, page: bytes, *, closes: bool = True) -> Raw:
    return Raw(OK + b"Content-Length: " + stated + b"\r\n\r\n" + page, closes)


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


CUT, LOST, LATE, LARGE = "response cut short", "connection lost", "timed out", "response too large"
HEAD = f"a head of more than {MAX_HEAD_BYTES} bytes"
FAULTS: dict[str, tuple[Callable[[bytes], Fault], str | None]] = {
    # What a server does with a page, and the reason in the report; None where a record comes of it.
    "a byte at a time": (lambda _: Dribble(0.05), LATE),
    "nothing at all": (lambda _: Raw(b"", closes=False), LATE),
    "a head that stalls": (lambda _: Raw(OK[:-10], closes=False), LATE),
    "a body that stalls": (lambda page: with_length(b"100000", page, closes=False), LATE),
    "a head without an end": (lambda _: Endless(OK, b"X-More: of the same\r\n"), HEAD),
    "a header line without an end": (
        lambda _: Endless(OK + b"X-Long: ", b"x"),
        "a header line of more than 16384 bytes",
    ),
    "interim responses without an end": (
        lambda _: Endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        HEAD,
    ),
    "a body without an end": (lambda _: Endless(OK + b"\r\n", b"<p>And so on.</p>"), LARGE),
    "chunks without an end": (lambda _: Endless(CHUNKED, chunk(b"<p>And so on.</p>" * 1000)), LARGE),
    "tiny chunks without an end": (
        lambda _: Endless(CHUNKED, chunk(b"x")),
        f"a body in more than {MAX_CHUNKS} chunks",
    ),
    "trailers without an end": (lambda _: Endless(CHUNKED + b"0\r\n", b"X-More: of the same\r\n"), CUT),
    "a body of a terabyte, as it says": (lambda page: with_length(b"1" + b"0" * 12, page), LARGE),
    "a body shorter than it says": (lambda page: with_length(b"100000", page), CUT),
    "a body longer than it says": (
        lambda page: Raw(
            OK + CLOSED + b"Content-Length: " + length(page) + b"\r\n\r\n" + page + b"<p>More.</p>" * 1000
        ),
        None,
    ),
    "a negative length": (lambda page: with_length(b"-5", page), LOST),
    "a length that is no number": (lambda page: with_length(b"many", page), LOST),
    "two lengths": (lambda page: with_length(b"5\r\nContent-Length: 70000", page), LOST),
    "the same length twice": (
        lambda page: Raw(OK + CLOSED + (b"Content-Length: " + length(page) + b"\r\n") * 2 + b"\r\n" + page),
        None,
    ),
    "half a chunk": (lambda page: Raw(CHUNKED + chunk(page)[:-60]), CUT),
    "no last chunk": (lambda page: Raw(CHUNKED + chunk(page)), CUT),
    "a chunk of no size": (lambda page: Raw(CHUNKED + b"zz\r\n" + page), CUT),
    "a chunk of a size that no memory has": (lambda page: Raw(CHUNKED + b"f" * 15 + b"\r\n" + page), CUT),
    "chunks, and a length": (
        lambda page: Raw(OK + CLOSED + b"Content-Length: 3\r\n" + CHUNKED[len(OK) :] + chunk(page) + b"0\r\n\r\n"),
        None,
    ),
    "no HTTP": (lambda _: Raw(b"\x00\x01\x02 this is no answer\r\n\r\n"), LOST),
    "a status that there is not": (lambda _: Raw(OK.replace(b"200", b"OK!") + b"\r\n"), LOST),
    "a line without a colon": (
        lambda page: Raw(OK + CLOSED + b"What is this\r\nContent-Length: " + length(page) + b"\r\n\r\n" + page),
        None,
    ),
}


def is_late(name: str) -> bool:
    """Return whether only the crawl's timeout ends this fault."""
    return FAULTS[name][1] == LATE
