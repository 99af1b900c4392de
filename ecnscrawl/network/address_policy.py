"""Decide which URLs may be requested: only the site's own hosts and ports, and only public IP addresses.

>>> AddressPolicy(("example.org",)).refusal_reason("https://www.example.org:8080/")
'port 8080 is not allowed'
>>> AddressPolicy().refusal_reason("http://0x7f.1/")
'0x7f.1 is 127.0.0.1, which is not a public address'
"""

import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from ecnscrawl.normalize.urls import MAX_LENGTH

Address = IPv4Address | IPv6Address

MALFORMED = "a malformed URL"
_WEB_PORTS = (80, 443)
# A host as it appears in a URL after IDNA encoding. A % is not allowed: a proxy may decode it to another host.
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_PORT = re.compile(r":\d*$")
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all addresses assigned so far; the others are for special uses
_PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")  # Python before 3.11.10 knows only a part of it
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an IP address may belong to a public web site: not loopback, private, shared, link-local, reserved …

    An IPv6 address that embeds an IPv4 address (mapped, 6to4, NAT64) is public if the IPv4 address is.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in _PROTOCOL_ASSIGNMENTS
    embedded = _embedded_ipv4(address)
    return is_public(embedded) if embedded else address in _GLOBAL_UNICAST and address.is_global


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def ip_of_host(host: str) -> Address | None:
    """Return the IP address that a host name spells, or None for a real name.

    All spellings that C libraries accept count: 127.1, 0x7f.1, 2130706433.
    """
    host = host.removesuffix(".")
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def not_public_reason(host: str, address: Address | str) -> str:
    """The reason for refusing a host that resolves to this non-public address."""
    if host == str(address):
        return f"{host} is not a public address"
    return f"{host} is {address}, which is not a public address"


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Where requests may go. Empty `hosts` allow any host, empty `ports` any port."""

    hosts: tuple[str, ...] = ()  #: these hosts and their subdomains
    ports: tuple[int, ...] = _WEB_PORTS
    private: bool = False  #: whether addresses of private networks are allowed

    def refusal_reason(self, url: str) -> str | None:
        """Return why an http or https URL must not be requested, or None if it may."""
        if len(url) > MAX_LENGTH:
            return f"a URL of {len(url)} characters is too long"
        try:
            return _refusal_reason_of_netloc(self, urlsplit(url).netloc)
        except ValueError:
            return MALFORMED


@lru_cache(maxsize=256)  # a crawl requests the same few hosts thousands of times
def _refusal_reason_of_netloc(policy: AddressPolicy, netloc: str) -> str | None:
    parts = urlsplit(f"//{netloc}")
    host, port = parts.hostname or "", parts.port
    if policy.hosts and not any(host == each or host.endswith(f".{each}") for each in policy.hosts):
        return f"{host} is not a host of this site"
    if "@" in netloc:
        return "a URL with a user name is not allowed"
    if not _HOST.fullmatch(_PORT.sub("", netloc).lower()):
        return MALFORMED
    if policy.ports and port is not None and port not in policy.ports:
        return f"port {port} is not allowed"
    address = ip_of_host(host)
    return not_public_reason(host, address) if address and not policy.private and not is_public(address) else None
