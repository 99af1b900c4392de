"""The replica: a forward proxy on loopback, in its own thread, that answers for every host."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from replica.certificates import Authority
from replica.connection import Connection, Service
from replica.faults import Fault
from replica.requests import LoggedRequest
from replica.site import Site

LOOPBACK = "127.0.0.1"
Chooser = Callable[[LoggedRequest], Fault | None]


class Replica:
    """Serves one site, or several with different hosts, inside a `with` block.

    `fault` is called for each request, in the server's thread, and returns a fault or None; it may be replaced at any
    time. `port` 0 takes a free port. Requests to unknown hosts get a 404.

    >>> from replica.site import Resource
    >>> site = Site()
    >>> site.put("https://www.ecns.cn/", Resource(b"<h1>News</h1>"))
    >>> with Replica(site) as replica:
    ...     replica.proxy_url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(
        self,
        site: Site | Sequence[Site],
        fault: Chooser | None = None,
        port: int = 0,
        authority: Authority | None = None,
    ) -> None:
        self._authority = authority or Authority()
        sites = [site] if isinstance(site, Site) else site
        self._service = Service(sites, self._authority.context_for, fault)
        self._port = port
        self._started = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        """Start to listen. Raises OSError if the port is taken."""
        self._folder = tempfile.TemporaryDirectory(prefix="replica-")
        self._authority.write_certificate(self.ca_file)
        self._thread = threading.Thread(target=self._run, name="replica")
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self.__exit__(None, None, None)
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections and stop; the thread has ended when this returns."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def site(self) -> Site:
        """The site that is served; of several the first."""
        return self._service.sites[0]

    @property
    def fault(self) -> Chooser | None:
        """The function that chooses a fault for each request."""
        return self._service.fault

    @fault.setter
    def fault(self, chooser: Chooser | None) -> None:
        self._service.fault = chooser

    @property
    def tunnel_fault(self) -> Chooser | None:
        """The function that chooses a fault for each CONNECT, whose `host` is the host to connect to."""
        return self._service.tunnel_fault

    @tunnel_fault.setter
    def tunnel_fault(self, chooser: Chooser | None) -> None:
        self._service.tunnel_fault = chooser

    @property
    def requests(self) -> list[LoggedRequest]:
        """All requests so far, in the order of arrival, without CONNECT. Tests may clear the list."""
        return self._service.log

    @property
    def proxy_url(self) -> str:
        """The proxy's address."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def ca_file(self) -> Path:
        """The certificate that clients must trust, as PEM."""
        assert self._folder is not None, "the replica is not running"
        return Path(self._folder.name) / "ca.pem"

    def environment(self) -> dict[str, str]:
        """Return environment variables that send all requests of a child process here."""
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        no_exceptions = {"no_proxy": "", "NO_PROXY": ""}
        return dict.fromkeys(names, self.proxy_url) | no_exceptions | {"SSL_CERT_FILE": str(self.ca_file)}

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as failure:
            self._failure = failure
        finally:
            self._started.set()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self._service), LOOPBACK, self._port, backlog=1024)
        self._port = server.sockets[0].getsockname()[1]
        self._loop, self._stop = loop, asyncio.Event()
        self._started.set()
        await self._stop.wait()
        server.close()
        for connection in list(self._service.connections):
            connection.abort()
        await server.wait_closed()
        await asyncio.sleep(0)  # lets connection_lost of the dropped ones run before the loop closes
