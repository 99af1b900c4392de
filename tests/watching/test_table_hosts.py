"""Two entries of a table of sites that share a host."""

import re

import pytest

from tests.watching.tables import NEWS, A, Faults, Read, faults, loader, read

__all__ = ["faults", "loader", "read"]  # fixtures


@pytest.mark.parametrize(
    ("first", "second", "domain"),
    [
        (A, A, "a.example"),
        (A, f'{NEWS}site = "www.a.example"', "a.example"),
        (f'{NEWS}site = "www.a.example"', A, "a.example"),
        (A, f'{NEWS}site = "https://A.example/en/"', "a.example"),
        (A, f'{NEWS}site = "sport.a.example"', "sport.a.example"),
        (f'{NEWS}site = "sport.a.example"\n', A, "sport.a.example"),
        (A, f'{NEWS}arguments.url = "https://www.a.example/en/"', "a.example"),
        ('[[site]]\nspider = "ecns"\n', '[[site]]\nspider = "ecns"', "ecns.cn"),
        ('[[site]]\nspider = "chinanews"\n', '[[site]]\nspider = "chinanews"', "chinanews.com.cn"),
    ],
)
def test_two_entries_that_share_a_host_are_refused(faults: Faults, first: str, second: str, domain: str) -> None:
    (fault,) = faults(f"{first}\n{second}")
    line = first.count("\n") + 2
    assert re.fullmatch(
        rf"SITES\.toml:{line}: \S+ and \S+ \(line 1\) would both request hosts of {re.escape(domain)}, and the pace is"
        " kept by host; leave one of them out",
        fault,
    )


@pytest.mark.parametrize(
    "second",
    [
        f"{A}evry = 1",
        f'{A}every = "1 hour"',
        f"{A}settings.DOWNLOAD_DELAY = -1",
        f"{A}arguments.max_pages = 0",
        '[[site]]\nspider = "nws"\nsite = "www.a.example"',
        '[[site]]\nspider = 1\nsite = "a.example"',
    ],
)
def test_a_shared_host_is_named_although_an_entry_has_another_fault(faults: Faults, second: str) -> None:
    for first, last, line in ((A, second, 4), (f"{second}\n", A, second.count("\n") + 2)):
        found = faults(first + last)
        assert len(found) == 2
        assert any(
            fault.startswith(f"SITES.toml:{line}: ") and "both request hosts of a.example" in fault for fault in found
        )


def test_three_entries_of_a_host_are_two_faults(faults: Faults) -> None:
    assert [fault.split(":")[1] for fault in faults(A * 3)] == ["4", "7"]


def test_hosts_beside_each_other_are_two_sites(read: Read) -> None:
    table = "".join(f'{NEWS}site = "{host}"\n' for host in ("sport.a.example", "tv.a.example", "ba.example", "a.test"))
    assert len(read(table)) == 4
