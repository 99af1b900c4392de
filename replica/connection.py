"""A client's connection: read its requests, plain or inside a TLS tunnel, and answer them in order."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import cast

from replica.faults import Exchange, Fault, Stall
from replica.requests import LoggedRequest, MalformedRequestError, read_request
from replica.site import Answer, Resource, Site

END_OF_HEAD = b"\r\n\r\n"
MAX_HEAD_BYTES = 64 * 1024
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
BAD_REQUEST = Answer.build(400, [("Connection", "close")])
NOT_ALLOWED = Answer.build(405, [("Allow", "GET, HEAD")])


@dataclass
class Service:
    """State that all connections of a replica share."""

    sites: Sequence[Site]
    tls_for: Callable[[str], ssl.SSLContext]
    fault: Callable[[LoggedRequest], Fault | None] | None = None
    tunnel_fault: Callable[[LoggedRequest], Fault | None] | None = None
    log: list[LoggedRequest] = field(default_factory=list)
    connections: set["Connection"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_host = {host: site for site in reversed(self.sites) for host in site.hosts}

    def find(self, request: LoggedRequest) -> Resource:
        """Return the resource of the site that has the request's host; the first site may have other hosts as well."""
        site = self._by_host.get(request.host, self.sites[0])
        return site.find(request.host, request.path, request.query)


class Connection(asyncio.Protocol):
    """The protocol of one connection; it stays the same object when CONNECT turns the connection into a tunnel."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._buffer = bytearray()
        self._tunnel: str | None = None
        self._slow: asyncio.Task[None] | None = None  # an answer that takes time; later requests wait for it
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio, which has set TCP_NODELAY."""
        self._transport = cast("asyncio.Transport", transport)
        self._service.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Called by asyncio."""
        self._service.connections.discard(self)
        if self._slow is not None:
            self._slow.cancel()

    def abort(self) -> None:
        """Close the connection at once, without sending what is buffered."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._buffer += data
        self._answer_buffered()

    def _answer_buffered(self) -> None:
        while self._slow is None and (end := self._buffer.find(END_OF_HEAD)) >= 0:
            head = self._buffer[:end].decode("latin-1")
            del self._buffer[: end + len(END_OF_HEAD)]
            self._answer(head)
        if len(self._buffer) > MAX_HEAD_BYTES:
            self.abort()

    def _answer(self, head: str) -> None:
        transport = self._transport
        assert transport is not None
        try:
            request = read_request(head, monotonic(), self._tunnel)
        except MalformedRequestError:
            transport.write(BAD_REQUEST.head)
            transport.close()
            return
        if request.method == "CONNECT":
            self._run(self._connect(transport, request))
            return
        self._service.log.append(request)
        self._respond(request, transport)

    def _respond(self, request: LoggedRequest, transport: asyncio.Transport) -> None:
        resource = self._service.find(request)
        answer = resource.not_modified if resource.is_unchanged(request.headers) else resource.answer
        if request.method not in {"GET", "HEAD"}:
            answer, request.keep_alive = NOT_ALLOWED, False  # its body, if any, is left unread
        exchange = Exchange(request, answer, transport)
        fault = self._service.fault(request) if self._service.fault is not None else None
        if fault is None and resource.delay:
            fault = Stall(resource.delay)
        if fault is not None:
            self._run(self._respond_slowly(fault, exchange))
            return
        exchange.send(answer)
        if not request.keep_alive:
            transport.close()

    async def _respond_slowly(self, fault: Fault, exchange: Exchange) -> None:
        await fault.answer(exchange)
        if not exchange.request.keep_alive:
            exchange.close()

    async def _connect(self, transport: asyncio.Transport, request: LoggedRequest) -> None:
        choose = self._service.tunnel_fault
        fault = choose(request) if choose is not None else None
        if fault is None:
            await self._open_tunnel(transport, request.host)
            return
        await fault.answer(Exchange(request, Answer(HTTPStatus.OK, ESTABLISHED), transport))
        transport.close()

    async def _open_tunnel(self, transport: asyncio.Transport, authority: str) -> None:
        host = authority.partition(":")[0]
        context = self._service.tls_for(host)
        transport.pause_reading()  # start_tls resumes it, when the TLS layer receives the bytes
        transport.write(ESTABLISHED)
        try:
            tunnel = await asyncio.get_running_loop().start_tls(transport, self, context, server_side=True)
        except OSError:  # the client rejected the certificate, or left
            transport.abort()
            self._service.connections.discard(self)
            return
        self._tunnel = host
        self._transport = tunnel

    def _run(self, work: Coroutine[None, None, None]) -> None:
        self._slow = asyncio.get_running_loop().create_task(work)
        self._slow.add_done_callback(self._resume)

    def _resume(self, done: asyncio.Task[None]) -> None:
        self._slow = None
        if not done.cancelled() and (error := done.exception()) is not None:
            self.abort()
            raise error
        if self._transport is not None and not self._transport.is_closing():
            self._answer_buffered()
