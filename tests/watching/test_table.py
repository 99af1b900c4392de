"""What is read of the table of sites."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.watching.faults import FaultyTable
from ecnscrawl.watching.table import read_table
from tests.watching.tables import NOW, Faults, Read, command_settings, faults, loader, read

__all__ = ["faults", "loader", "read"]  # fixtures

ALL_KEYS = """\
[defaults]
every = "1h"
arguments = { recheck = "none", max_pages = 2 }
[defaults.settings]
DOWNLOAD_DELAY = 2

[[site]]
spider = "ecns"

[[site]]
spider = "news"
site = "https://Example.org/world/"
every = "30m"
arguments = { since = 2026-11-01, max_pages = 5, full = true, render = "off" }
settings = { DOWNLOAD_DELAY = 1.5, RUN_MAX_REQUESTS = 500, RENDER = "off", RECHECK_AGES = [1, 3] }
"""


def test_a_table_with_all_keys(read: Read) -> None:
    ecns, example_org = read(ALL_KEYS)
    assert (ecns.name, ecns.spider, ecns.site, ecns.every, ecns.line) == ("ecns", "ecns", None, 3600, 7)
    assert ecns.given == {"recheck": "none", "max_pages": "2"}
    assert ecns.settings == {"DOWNLOAD_DELAY": 2}
    assert (example_org.name, example_org.spider, example_org.site) == ("example.org", "news", "example.org")
    assert (example_org.every, example_org.line) == (1800, 10)
    assert example_org.given == {
        "site": "example.org", "recheck": "none", "max_pages": "5", "since": "2026-11-01", "full": "1", "render": "off",
    }  # fmt: skip
    assert example_org.settings == {
        "DOWNLOAD_DELAY": 1.5, "RUN_MAX_REQUESTS": 500, "RENDER": "off", "RECHECK_AGES": "1,3",
    }  # fmt: skip


def test_without_an_interval_a_site_is_crawled_hourly(read: Read) -> None:
    assert [entry.every for entry in read('[[site]]\nspider = "ecns"')] == [3600]


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h", 3600), ("2d", 172_800), ("60s", 60)])
def test_intervals(read: Read, text: str, seconds: int) -> None:
    assert read(f'[[site]]\nspider = "ecns"\nevery = "{text}"')[0].every == seconds


def test_the_shortest_interval_is_a_setting(read: Read) -> None:
    assert read('[[site]]\nspider = "ecns"\nevery = "2s"', WATCH_EVERY_MIN=1)[0].every == 2


def test_the_spider_may_be_a_default(read: Read) -> None:
    table = '[defaults]\nspider = "news"\n[[site]]\nsite = "a.example"\n[[site]]\nspider = "ecns"'
    assert [(entry.name, entry.spider) for entry in read(table)] == [("a.example", "news"), ("ecns", "ecns")]


def test_a_site_may_be_named_by_a_page_of_it(read: Read) -> None:
    (entry,) = read('[[site]]\nspider = "news"\narguments = { url = "https://www.example.org/en/" }')
    assert entry.name == "www.example.org"
    assert entry.given == {"site": "www.example.org", "url": "https://www.example.org/en/"}


def test_the_folder_of_an_earlier_crawl_names_the_site(read: Read, tmp_path: Path) -> None:
    (tmp_path / "data" / "www.example.org").mkdir(parents=True)
    (entry,) = read('[[site]]\nspider = "news"\nsite = "example.org"')
    assert (entry.name, entry.given) == ("www.example.org", {"site": "www.example.org"})


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("EXAMPLE.org", "example.org"),
        ("https://example.org/a/path?x=1", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example.org:443", "example.org"),
    ],
)
def test_a_site_is_written_as_for_a_single_crawl(read: Read, host: str, name: str) -> None:
    assert read(f'[[site]]\nspider = "news"\nsite = "{host}"')[0].name == name


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_no_faults(read: Read, faults: Faults) -> None:
    table = b'\xef\xbb\xbf[[site]]\r\nspider = "ecns"\r\n'
    assert [entry.line for entry in read(table)] == [1]
    assert faults(table + b'evry = "1h"\r\n')[0].startswith("SITES.toml:3: ")


def test_sites_may_be_written_as_one_list(read: Read) -> None:
    entries = read('site = [\n  { spider = "ecns" },\n  { spider = "news", site = "a.example" },\n]')
    assert [(entry.name, entry.line) for entry in entries] == [("ecns", 2), ("a.example", 3)]


def test_the_message_says_how_many_further_faults_there_are(read: Read) -> None:
    with pytest.raises(FaultyTable) as caught:
        read('[[site]]\nspider = "x y"\n[[site]]\nspider = "news"\n[[site]]\nspider = "news"')
    assert str(caught.value).endswith("SITES.toml --check`)")
    assert " (and 2 further faults: `scrapy watch " in str(caught.value)


def test_a_table_that_cannot_be_read_is_wrong_usage(tmp_path: Path, loader: Any) -> None:
    for path, why in ((tmp_path / "none.toml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(WrongUsage, match=f"cannot be read \\({why}\\); name a file such as SITES.toml"):
            read_table(path, loader, command_settings(tmp_path), now=NOW)


def test_a_file_that_does_not_end_is_no_table(tmp_path: Path, loader: Any) -> None:
    with pytest.raises(WrongUsage, match="has more than 10,000,000 bytes"):
        read_table(Path("/dev/zero"), loader, command_settings(tmp_path), now=NOW)


def test_thousands_of_sites_are_read(read: Read) -> None:
    table = "".join(f'[[site]]\nspider = "news"\nsite = "n{number}.example"\n' for number in range(3000))
    entries = read(table)
    assert len(entries) == 3000
    assert entries[-1].line == 8998


# Any text.

KEYS = st.sampled_from(
    ["spider", "site", "every", "arguments", "settings", "since", "urls", "url", "sections", "full", "RENDER", "x",
     "DOWNLOAD_DELAY", "RECHECK_AGES", "LOG_LEVEL", '"a b"', "a.b", "arguments.since", "settings.RENDER"]
)  # fmt: skip

VALUES = st.sampled_from(
    ['"news"', '"ecns"', '"example.org"', '"www.ecns.cn"', '"1h"', '"x"', '""', "1", "-1", "1.5", "nan", "true",
     "2026-11-01", "2026-11-01T08:00:00Z", "08:00:00", "[]", '["a", "b"]', "{ since = 1 }", '{ url = "https://a.example" }',
     "{ DOWNLOAD_DELAY = 1 }", '"""\n"""', "'\u202e'", '"\\u0000"', '"\\n"', "[[{}]]", "1h", "9" * 30]
)  # fmt: skip

LINES = st.one_of(
    st.sampled_from(["[[site]]", "[defaults]", "[site.arguments]", "[site.settings]", "[defaults.settings]", "", "# x", "[x]"]),
    st.builds("{} = {}".format, KEYS, VALUES),
    st.text(max_size=8),
)  # fmt: skip


@given(st.lists(LINES, max_size=12).map("\n".join) | st.text(max_size=60))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@example("site = [[]]")
@example("[[site]]\n[[site.site]]")
@example("defaults.x.y = 1\r")
@example("[[site]]\nspider='news'\nsite='\u202e.example'")
def test_any_text_gives_a_table_or_faults_with_their_lines(read: Read, tmp_path: Path, text: str) -> None:
    try:
        entries = read(text.encode("utf-8", "surrogatepass"))
    except FaultyTable as error:
        count = len(re.split("\r\n|\n", text))
        for fault in error.faults:
            match = re.fullmatch(r"SITES\.toml:(\d+): .+", fault.removeprefix(f"{tmp_path}/"))
            assert match, fault
            assert 1 <= int(match[1]) <= max(1, count)
    else:
        assert entries
        assert all(entry.name and entry.every >= 60 for entry in entries)
