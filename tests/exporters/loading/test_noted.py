"""Tests for the file in which loads note their databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ecnscrawl.exporters.loading.address import parse_address
from ecnscrawl.exporters.loading.noted import note, noted


def test_loads_at_the_same_time_note_all_their_databases(tmp_path: Path) -> None:
    site = tmp_path / "ecns"
    site.mkdir()
    addresses = [parse_address(f"sqlite:////var/lib/news-{number}.sqlite", tmp_path) for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda address: note(site, address), addresses))
    assert sorted(noted(site)) == sorted(address.without_password() for address in addresses)
