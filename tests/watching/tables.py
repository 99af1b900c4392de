"""Tables of sites, read as `scrapy watch` reads them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.watching.faults import FaultyTable
from ecnscrawl.watching.site_entry import SiteEntry
from ecnscrawl.watching.table import read_table

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Read = Callable[..., list[SiteEntry]]


def command_settings(folder: Path, **given: Any) -> Settings:
    """The settings of the command, with its data folder in `folder`."""
    made = Settings()
    made.setmodule("ecnscrawl.settings", priority="project")
    made.setdict({"DATA_DIR": str(folder / "data"), **given}, priority="cmdline")
    return made


@pytest.fixture(scope="module")
def loader() -> Any:
    return get_spider_loader(command_settings(Path()))


@pytest.fixture
def read(tmp_path: Path, loader: Any) -> Read:
    """Read a table with this text."""

    def read_text(text: str | bytes, **given: Any) -> list[SiteEntry]:
        path = tmp_path / "SITES.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path, loader, command_settings(tmp_path, **given), now=NOW)

    return read_text


@pytest.fixture
def faults(read: Read, tmp_path: Path) -> Callable[..., list[str]]:
    """The faults of a table with this text, without the folder of its file."""

    def faults_of(text: str | bytes, **given: Any) -> list[str]:
        with pytest.raises(FaultyTable) as caught:
            read(text, **given)
        assert caught.value.exit_status == 2
        assert "\n" not in str(caught.value)
        assert str(caught.value).startswith(caught.value.faults[0])
        return [fault.removeprefix(f"{tmp_path}/") for fault in caught.value.faults]

    return faults_of


Faults = Callable[..., list[str]]
NEWS = '[[site]]\nspider = "news"\n'
A = f'{NEWS}site = "a.example"\n'
