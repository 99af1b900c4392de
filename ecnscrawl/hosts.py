"""Which addresses may be asked: the site's own hosts and ports, and nothing that is not on the public network.

>>> Allowed(("ecns.cn",)).reason_against("https://www.ecns.cn:8080/")
'port 8080 is not asked for'
>>> Allowed().reason_against("http://0x7f.1/")
'0x7f.1 is 127.0.0.1, which is not a public address'
"""

import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from ecnscrawl.urls import MAX_LENGTH

Address = IPv4Address | IPv6Address

BROKEN = "a broken address is not asked for"
_WEB_PORTS = (80, 443)
# What stands in an address after it has been made ASCII; a % would mean one host here and another one to a proxy.
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_PORT = re.compile(r":\d*$")
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that is given out so far; what lies beside it is for special uses
_FOR_PROTOCOLS = IPv4Network("192.0.0.0/24")  # of which Python before 3.11.10 knows a part only
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address may belong to a site of the web: not loopback, private, shared, link-local, reserved …

    IPv6 that only carries an IPv4 address (mapped, 6to4, NAT64) is what that one is.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in _FOR_PROTOCOLS
    carried = _carried(address)
    return is_public(carried) if carried else address in _GLOBAL_UNICAST and address.is_global


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def literal(host: str) -> Address | None:
    """The address that a host's name is, in any of the spellings that C libraries know: 127.1, 0x7f.1, 2130706433."""
    host = host.removesuffix(".")
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def refusal(host: str, address: Address | str) -> str:
    """Why a host is not asked that has this address."""
    if host == str(address):
        return f"{host} is not a public address"
    return f"{host} is {address}, which is not a public address"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where requests may go. Without `hosts` to any host, without `ports` to any port."""

    hosts: tuple[str, ...] = ()  #: these, and what is below them
    ports: tuple[int, ...] = _WEB_PORTS
    private: bool = False

    def reason_against(self, url: str) -> str | None:
        """Why an http(s) address is not asked for; None where it may be."""
        if len(url) > MAX_LENGTH:
            return f"an address of {len(url)} characters is not asked for"
        try:
            return _reason_against_place(self, urlsplit(url).netloc)
        except ValueError:
            return BROKEN


@lru_cache(maxsize=256)  # a crawl asks the same few hosts thousands of times
def _reason_against_place(allowed: Allowed, netloc: str) -> str | None:
    parts = urlsplit(f"//{netloc}")
    host, port = parts.hostname or "", parts.port
    if allowed.hosts and not any(host == each or host.endswith(f".{each}") for each in allowed.hosts):
        return f"{host} is not a host of this site"
    if "@" in netloc:
        return "an address with a user name in it is not asked for"
    if not _HOST.fullmatch(_PORT.sub("", netloc).lower()):
        return BROKEN
    if allowed.ports and port is not None and port not in allowed.ports:
        return f"port {port} is not asked for"
    address = literal(host)
    return refusal(host, address) if address and not allowed.private and not is_public(address) else None
