"""Parse a request; the parsed request is also its entry in the log."""

from dataclasses import dataclass

DEFAULT_PORTS = (":80", ":443")


class MalformedRequestError(ValueError):
    """The bytes before the empty line are not an HTTP request."""


@dataclass(slots=True)
class LoggedRequest:
    """A request. `time` is when it arrived, by the monotonic clock; the names of `headers` are in lower case.

    `status` and `bytes` (of the whole answer, including its head) are 0 until it is answered. They stay 0 if a fault
    closes the connection instead.
    """

    time: float
    method: str
    scheme: str
    host: str
    path: str
    query: str
    headers: dict[str, str]
    keep_alive: bool = True
    status: int = 0
    bytes: int = 0

    @property
    def url(self) -> str:
        """The requested URL, with its query."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{self.path}{query}"


def read_request(head: str, time: float, tunnel: str | None) -> LoggedRequest:
    """Parse the request whose lines before the empty one are `head`. Raises MalformedRequestError.

    `tunnel` is the host that CONNECT named, or None on a plain connection. For CONNECT itself, `host` is the host to
    connect to.
    """
    first, *lines = head.split("\r\n")
    try:
        method, target, version = first.split(" ")
    except ValueError:
        raise MalformedRequestError(f"not a request line: {first[:80]!r}") from None
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if method == "CONNECT":
        return LoggedRequest(time, method, "https", _host(target), "", "", headers)
    scheme, authority, target = _split_target(target, tunnel)
    path, _, query = target.partition("?")
    host = _host(authority or headers.get("host") or tunnel or "")
    return LoggedRequest(time, method, scheme, host, path, query, headers, _keeps_alive(version, headers))


def _split_target(target: str, tunnel: str | None) -> tuple[str, str, str]:
    if target.startswith("/"):
        return ("http" if tunnel is None else "https"), "", target
    scheme, separator, rest = target.partition("://")
    if not separator:
        raise MalformedRequestError(f"not a request target: {target[:80]!r}")
    authority, _, tail = rest.partition("/")
    return scheme.lower(), authority, "/" + tail


def _host(authority: str) -> str:
    host = authority.lower()
    for port in DEFAULT_PORTS:
        host = host.removesuffix(port)
    return host


def _keeps_alive(version: str, headers: dict[str, str]) -> bool:
    wish = headers.get("connection", "").lower()
    return wish != "close" and (version != "HTTP/1.0" or wish == "keep-alive")
