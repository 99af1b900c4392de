"""Scrapy's HTTP/1.1 protocol with limits on response heads and chunks; it asks before it writes a request."""

from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import IgnoreRequest
from twisted.internet.defer import fail
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.http import _ChunkedTransferDecoder

from ecnscrawl.network.admission import Admission
from ecnscrawl.network.exceptions import RequestDropped
from ecnscrawl.network.guarded_writes import guard_writes

#: Chunks of one body. Each costs about 25 µs, so a body in chunks of one byte would keep the processor busy until the
#: download times out.
MAX_CHUNKS = 20_000
#: Bytes of the status line and all header lines. Browsers accept about 256 KB. Twisted limits a line to 16 KB, but not
#: the number of lines.
MAX_HEAD_BYTES = 256 * 1024


class UnboundedResponse(IgnoreRequest):
    """The response exceeds a limit; a retry would not change that."""


class _BoundedParser(_LenientHTTPClientParser):
    """Counts the bytes of the head, including those of interim (1xx) responses, and the chunks of the body."""

    _head_bytes = 0
    _chunks = 0

    def lineReceived(self, line: bytes) -> None:
        self._head_bytes += len(line) + 1
        if self._head_bytes > MAX_HEAD_BYTES:
            raise UnboundedResponse(f"a head of more than {MAX_HEAD_BYTES} bytes")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002
        raise UnboundedResponse(f"a header line of more than {self.MAX_LENGTH} bytes")

    def switchToBodyMode(self, decoder: Any) -> None:
        if isinstance(decoder, _ChunkedTransferDecoder):
            self._deliver, decoder.dataCallback = decoder.dataCallback, self._count_chunk
        super().switchToBodyMode(decoder)  # type: ignore[no-untyped-call]

    def _count_chunk(self, data: bytes) -> None:
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            raise UnboundedResponse(f"a body in more than {MAX_CHUNKS} chunks")
        self._deliver(data)


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Replaces the class of the parser, and asks when a request is written.

    Twisted creates the parser inside `request`, and Scrapy already replaces its class there. There is no hook to pass
    another one.
    """

    def __init__(self, admission: Admission, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._admission = admission

    def connectionMade(self) -> None:
        super().connectionMade()
        if may_send := self._admission.may_send:
            guard_writes(self.transport, may_send)

    def request(self, request: Any) -> Any:
        host = urlsplit(b"//" + request.headers.getRawHeaders(b"host")[0]).hostname.decode("latin-1")
        try:
            self._admission.note_written(host)
        except RequestDropped:
            self.abort_at_once()
            return fail()
        # Scrapy's own would add the certificate to each response without a body, which nobody reads.
        response = HTTP11ClientProtocol.request(self, request)
        assert self._parser is not None
        self._parser.__class__ = _BoundedParser
        return response

    def abort_at_once(self) -> None:
        """Close the connection without sending what is buffered; a request under way fails."""
        if self.transport is not None:
            self.transport.abortConnection()


class BoundedFactory(_LenientHTTP11ClientFactory):
    def __init__(self, admission: Admission, protocols: "WeakSet[BoundedProtocol]", *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self._admission, self._protocols = admission, protocols

    def buildProtocol(self, addr: Any) -> BoundedProtocol:  # noqa: ARG002
        protocol = BoundedProtocol(self._admission, self._quiescentCallback)
        self._protocols.add(protocol)
        return protocol
