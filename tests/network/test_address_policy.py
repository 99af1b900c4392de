"""Which IP addresses are public and which URLs are allowed, in every spelling."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecnscrawl.network.address_policy import MALFORMED, AddressPolicy, ip_of_host, is_public, not_public_reason
from ecnscrawl.normalize.urls import MAX_LENGTH

PUBLIC = ["8.8.8.8", "1.1.1.1", "223.255.255.254", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2408:8000::1"]
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "100::1", "2001::1", "2001:db8::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1",
    "64:ff9b:1::808:808",
]  # fmt: skip
CARRYING = ["::ffff:{}", "64:ff9b::{}"]


def sixtofour(address: str) -> str:
    return str(IPv6Address((0x2002 << 112) | (int(IPv4Address(address)) << 80)))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_special_purpose_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [each for each in [*PUBLIC, *NOT_PUBLIC] if ":" not in each])
def test_an_ipv6_address_is_public_if_the_ipv4_address_in_it_is(address: str) -> None:
    expected = is_public(ip_address(address))
    found = {is_public(ip_address(each.format(address))) for each in CARRYING} | {
        is_public(ip_address(sixtofour(address)))
    }
    assert found == {expected}


@given(st.ip_addresses())
def test_no_private_address_is_public(address: IPv4Address | IPv6Address) -> None:
    if (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    ):
        assert not is_public(address) or (isinstance(address, IPv6Address) and address.ipv4_mapped)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "0x7F.0X1",
    ],
)
def test_loopback_is_recognised_in_every_spelling(host: str) -> None:
    assert ip_of_host(host) == IPv4Address("127.0.0.1")


@pytest.mark.parametrize("host", ["www.ecns.cn", "localhost", "1.2.3.4.5", "256.1.1.1", "", ".", "0x", "a.1"])
def test_a_host_name_is_not_an_ip_address(host: str) -> None:
    assert ip_of_host(host) is None


@given(st.ip_addresses(v=4))
def test_every_spelling_of_a_private_address_is_refused(address: IPv4Address) -> None:
    spellings = [
        str(address),
        str(int(address)),
        hex(int(address)),
        f"[::ffff:{address}]",
        f"[{IPv6Address((0xFFFF << 32) | int(address))}]",
    ]
    reasons = {AddressPolicy().refusal_reason(f"http://{each}/") is None for each in spellings}
    assert reasons == {is_public(address)}


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/", "http://[::1%25eth0]/", "http://[www.ecns.cn]/", "https://www.ecns.cn:port/", "https://www.ecns.cn:99999/", "https://www%2eecns.cn/",
        "https://www ecns.cn/", "https://-ecns.cn/", "https://ecns.cn-/", "https:///x", "https://www.ecns.cn\\x/", "https://www.ecns.cn:80:80/", "https://ecns.cn\x00/",
        "https://。/",
    ],
)  # fmt: skip
def test_a_malformed_or_ambiguous_host_is_refused(url: str) -> None:
    assert AddressPolicy().refusal_reason(url) == MALFORMED


@given(
    st.text(st.characters(exclude_categories=())).map("https://{}/".format)
    | st.text(st.characters(exclude_categories=()))
)
@example("https://0.ECNS.CN/")  # hypothesis takes words of the source too
def test_any_url_is_refused_with_a_reason_unless_its_host_is_of_the_site(url: str) -> None:
    reason = AddressPolicy(("ecns.cn",)).refusal_reason(url)
    if reason is None:
        assert f".{urlsplit(url).hostname}".endswith(".ecns.cn")
    else:
        assert reason


def test_an_address_is_refused_from_one_character_too_many_on() -> None:
    longest = "https://www.ecns.cn/".ljust(MAX_LENGTH, "a")
    assert AddressPolicy().refusal_reason(longest) is None
    assert str(MAX_LENGTH + 1) in str(AddressPolicy().refusal_reason(longest + "a"))


@pytest.mark.parametrize("port", ["", ":80", ":443", ":"])
def test_the_web_s_ports_are_allowed(port: str) -> None:
    assert AddressPolicy().refusal_reason(f"https://www.ecns.cn{port}/") is None


@pytest.mark.parametrize("port", [1, 79, 81, 442, 444, 8080])
def test_other_ports_are_allowed_only_where_they_are_named_or_any_is(port: int) -> None:
    url = f"https://www.ecns.cn:{port}/"
    assert str(AddressPolicy().refusal_reason(url)).startswith(f"port {port} is ")
    assert AddressPolicy(ports=(port,)).refusal_reason(url) is None
    assert AddressPolicy(ports=()).refusal_reason(url) is None


def test_a_domain_allows_itself_and_what_is_below_it() -> None:
    policy = AddressPolicy(("ecns.cn", "example.org"))
    refused = {
        host: policy.refusal_reason(f"https://{host}/") is not None
        for host in ("ecns.cn", "www.ecns.cn", "a.b.example.org", "notecns.cn", "ecns.cn.evil.org", "cn")
    }
    assert refused == {
        "ecns.cn": False, "www.ecns.cn": False, "a.b.example.org": False, "notecns.cn": True, "ecns.cn.evil.org": True, "cn": True,
    }  # fmt: skip


def test_an_address_of_a_private_network_is_allowed_only_where_the_user_says_so() -> None:
    assert AddressPolicy().refusal_reason("http://10.0.0.1/") == "10.0.0.1 is not a public address"
    assert AddressPolicy(private=True).refusal_reason("http://10.0.0.1/") is None


def test_the_reason_names_the_address_where_the_host_is_another_word_for_it() -> None:
    assert not_public_reason("10.0.0.1", "10.0.0.1") == "10.0.0.1 is not a public address"
    assert not_public_reason("localhost", "127.0.0.1") == "localhost is 127.0.0.1, which is not a public address"


def test_a_user_name_is_refused_whatever_stands_around_it() -> None:
    for name in ("somebody@", "somebody:secret@", "@", ":@"):
        assert "user name" in str(AddressPolicy().refusal_reason(f"https://{name}www.ecns.cn/"))
