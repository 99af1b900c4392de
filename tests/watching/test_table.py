"""The table of sites: what is read of it, and each fault with its line and the way out."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.exceptions import WrongUsage
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


NEWS = '[[site]]\nspider = "news"\n'
A = f'{NEWS}site = "a.example"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '1: there is no site in it; write [[site]], and below it spider and site'),
        ('[defaults]\nevery = "1h"\n', '1: there is no site in it; write [[site]], and below it spider and site'),
        ('[site]\nspider = "ecns"', "1: site is not a list of tables; write [[site]] before each site"),
        ("site = [1]", "1: site is not a list of tables; write [[site]] before each site"),
        (f"defaults = 3\n{A}", "1: defaults is not a table; write [defaults]"),
        (f"{A}\n[[sites]]", "5: unknown key 'sites' (did you mean 'site'?); known are [defaults] and [[site]]"),
        (
            f'{A}evry = "1h"',
            "4: unknown key 'evry' (did you mean 'every'?); known are spider, site, every, arguments, settings",
        ),
        (
            f'[defaults]\nsite = "a.example"\n{A}',
            "2: site is not a default; write it below its [[site]]",
        ),
        # the spider
        (
            '[[site]]\nsite = "a.example"',
            '1: spider is missing; write spider = "news" with a site, or one of chinanews, ecns, news',
        ),
        ("\n[[site]]\nspider = 1", '3: spider is not a text; write spider = "news"'),
        (f"[defaults]\nspider = 1\n{A}", '2: spider is not a text; write spider = "news"'),
        (
            '[[site]]\nspider = "ecsn"',
            "2: unknown spider 'ecsn' (did you mean 'ecns'?); known are chinanews, ecns, news",
        ),
        (f'[defaults]\nspider = "ecsn"\n{A}', "2: unknown spider 'ecsn' (did you mean 'ecns'?); known are chinanews, ecns, news"),
        (
            '[[site]]\nspider = "example.org"',
            '2: example.org is no spider; write spider = "news" and site = "example.org"',
        ),
        # the site
        (NEWS, '1: news needs a site; write site = "example.org"'),
        (f"{NEWS}site = 5", '3: site is not a text; write site = "example.org"'),
        ('[[site]]\nspider = "ecns"\nsite = "www.ecns.cn"', "3: ecns has a site of its own; leave site out"),
        (
            f'{NEWS}site = "ecns.cn"',
            '3: ecns.cn has a spider of its own; write spider = "ecns", and leave site out',
        ),
        (
            f'{NEWS}arguments = {{ url = "https://finance.chinanews.com/" }}',
            '3: https://finance.chinanews.com/ has a spider of its own; write spider = "chinanews", and leave site out',
        ),
        (f'{NEWS}site = "127.0.0.1"', "3: site='127.0.0.1' is an IP address; write a host such as example.org"),
        (
            f'{NEWS}site = "a.example:8080"',
            ("3: site='a.example:8080' has the port 8080; a site is crawled on the ports 80 and 443, whatever"
            " ALLOWED_PORTS has; write a host such as example.org"),
        ),
        (
            f'{NEWS}site = "co.uk"',
            "3: site='co.uk' is a suffix under which many sites stand; write a host such as example.org",
        ),
        (f'{NEWS}site = "ftp://a.example/"', "3: site='ftp://a.example/' is neither http nor https; write a host such as example.org"),
        (f'{NEWS}site = ""', "3: site='' is not a host name; write a host such as example.org"),
        (
            f'{A}arguments = {{ url = "https://b.example/" }}',
            "3: url='https://b.example/' is a page of b.example, not of a.example; leave site out, or name a page of it",
        ),
        (
            f'{NEWS}arguments.site = "a.example"\nsite = "b.example"',
            '3: site is a key of its own; write site = "example.org" outside of arguments',
        ),
        # every
        (f"{A}every = 3600", '4: every is not a text; write every = "1h"'),
        (f'{A}every = "1 hour"', "4: every='1 hour' is not a length of time; write 90s, 30m, 1h or 2d"),
        (f'{A}every = "59s"', "4: every='59s' is less than 60 seconds, in which a site has nothing new; write 30m or 1h"),
        (f'{A}every = "367d"', "4: every='367d' is more than a year; write 90s, 30m, 1h or 2d"),
        (f'[defaults]\nevery = "h"\n{A}', "2: every='h' is not a length of time; write 90s, 30m, 1h or 2d"),
        # arguments
        (f"{A}arguments = 1", '4: arguments is not a table; write arguments = { since = "30d" }'),
        (
            f"{A}[site.arguments]\n\nmax_page = 3",
            ("6: a.example: unknown argument 'max_page' (did you mean 'max_pages'?); known are site, url, sections, since,"
            " until, max_pages, urls, urls_from, full, recheck, render"),
        ),
        (
            f"{A}arguments = {{ max_pages = 1.5 }}",
            "4: max_pages has a value of a wrong type; write it in quotes, as after -a max_pages=",
        ),
        (f"{A}arguments = {{ max_pages = 0 }}", "4: a.example: max_pages='0' is not a number of pages; write 1 or more"),
        (
            f'{A}arguments = {{ since = "2026-13-01" }}',
            ("4: a.example: since='2026-13-01' is not a date; write YYYY-MM-DD, YYYY-MM-DDTHH:MM in the site's time,"
            " 30d, 12h, yesterday or today"),
        ),
        (
            f'{A}arguments.since = 2026-11-03\narguments.until = "2026-11-02"',
            "4: a.example: until='2026-11-02' is before since='2026-11-03'",
        ),
        (
            f'[defaults.arguments]\nsince = "soon"\n{A}',
            ("2: defaults: since='soon' is not a date; write YYYY-MM-DD, YYYY-MM-DDTHH:MM in the site's time,"
            " 30d, 12h, yesterday or today"),
        ),
        (
            f'[defaults.arguments]\nurls_from = "list.txt"\n{A}',
            "2: defaults: urls_from is about one site; write it below its [[site]]",
        ),
        (
            f'{A}arguments.urls_from = "-"',
            "4: a.example: urls_from='-' is standard input, which no site has for itself; name a file",
        ),
        # settings
        (f"{A}settings = []", "4: settings is not a table; write settings = { DOWNLOAD_DELAY = 2.0 }"),
        (f"{A}settings.DOWNLOAD_DELAY = -1", "4: DOWNLOAD_DELAY=-1 is below zero; write 0 or more"),
        (
            f"{A}settings.RUN_MAX_REQUESTS = 1.5",
            "4: RUN_MAX_REQUESTS=1.5 is not a whole number; write one such as 100000",
        ),
        (
            f"{A}settings.RUN_MAX_BYTES = {{ a = 1 }}",
            "4: RUN_MAX_BYTES has a value of a wrong type; write a number, a text, true or false",
        ),
        (f"{A}settings.ARCHIVE = true", "4: ARCHIVE=True; write on or off, in quotes"),
        (f'{A}settings.RENDER = "of"', "4: RENDER='of' (did you mean 'off'?); write auto or off or always"),
        (
            f'{A}settings.LOG_LEVEL = "INFO"',
            "4: LOG_LEVEL cannot differ by site in one process; set it for all sites: scrapy watch -s LOG_LEVEL=…",
        ),
        (
            f"{A}settings.RUN_REQUESTS = 5",
            "4: the setting RUN_REQUESTS is now RUN_MAX_REQUESTS; write the new name",
        ),
        (
            f"[defaults.settings]\nROBOTSTXT_OBEY = false\n{A}",
            ("2: ROBOTSTXT_OBEY cannot differ by site in one process; set it for all sites:"
            " scrapy watch -s ROBOTSTXT_OBEY=…"),
        ),
        # TOML
        (
            f"{A}every = 1h",
            ("4: this is not TOML (expected newline or end of document after a statement, column 10);"
            ' write texts in quotes, such as every = "1h"'),
        ),
        (
            "[[site]]\nspider = news",
            '2: this is not TOML (invalid value, column 10); write texts in quotes, such as site = "example.org"',
        ),
        (
            f'{A}site = "b.example"',
            ("4: this is not TOML (cannot overwrite a value); a key stands twice in its table; leave one of"
            " them out"),
        ),
        (
            f"[defaults]\n[defaults]\n{A}",
            ("2: this is not TOML (cannot declare ('defaults',) twice, column 10); a table stands twice; write each site"
            " as [[site]], and [defaults] once"),
        ),
        (f'{A}\nevery = "1h', "5: this is not TOML (unterminated string); write the quotes that are missing at the end of a text"),
        (
            f'{A}settings = {{\n  RENDER = "off",\n}}',
            ("4: this is not TOML (invalid initial character for a key part, column 13); write { … } on one line and without"
            " a comma at its end, or its keys below a table such as [site.settings]"),
        ),
        (
            f"{A}settings = {{ RETRY_TIMES = 1\n}}",
            ("4: this is not TOML (unclosed inline table, column 29); write { … } on one line and without a comma at its end,"
            " or its keys below a table such as [site.settings]"),
        ),
        (
            f'{NEWS}site = "a.example\nevery = "1h"',
            ("3: this is not TOML (illegal character '\\n', column 18); a text ends on its line; write the quote that is"
            " missing at its end"),
        ),
        (
            f"{NEWS}site = 'a.example\n",
            """3: this is not TOML (expected "'"); write the quote that is missing at the end of a text""",
        ),
        ("[[site]\n", ("1: this is not TOML (expected ']]' at the end of an array declaration, column 7); write each site as"
            " [[site]], and [defaults], in whole brackets")),
        (b"\n[[site]]\nspider = '\xff'", "3: the text is not UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line_and_the_way_out(faults: Faults, text: str | bytes, expected: str) -> None:
    assert faults(text) == [f"SITES.toml:{expected}"]


def test_an_unknown_setting_is_refused_with_the_nearest_name(faults: Faults) -> None:
    (fault,) = faults(f"{A}settings.DOWNLOAD_DELY = 1")
    assert fault.startswith(
        "SITES.toml:4: unknown setting 'DOWNLOAD_DELY' (did you mean 'DOWNLOAD_DELAY'?); a site may"
    )


def test_every_fault_is_named_in_the_order_of_the_lines(faults: Faults) -> None:
    found = faults(
        '[[site]]\nspider = "ecsn"\n[[site]]\nspider = "news"\nevery = 1\nsettings.JOBDIR = "x"\n[default]\nx = 1'
    )
    assert [fault.partition(": ")[0] for fault in found] == [f"SITES.toml:{line}" for line in (2, 3, 5, 6, 7)]


def test_the_message_says_how_many_further_faults_there_are(read: Read) -> None:
    with pytest.raises(FaultyTable) as caught:
        read('[[site]]\nspider = "x y"\n[[site]]\nspider = "news"\n[[site]]\nspider = "news"')
    assert str(caught.value).endswith("SITES.toml --check`)")
    assert " (and 2 further faults: `scrapy watch " in str(caught.value)


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


def test_a_table_that_cannot_be_read_is_wrong_usage(tmp_path: Path, loader: Any) -> None:
    for path, why in ((tmp_path / "none.toml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(WrongUsage, match=f"cannot be read \\({why}\\); name a file such as SITES.toml"):
            read_table(path, loader, command_settings(tmp_path), now=NOW)


def test_a_file_that_does_not_end_is_no_table(tmp_path: Path, loader: Any) -> None:
    with pytest.raises(WrongUsage, match="has more than 10,000,000 bytes"):
        read_table(Path("/dev/zero"), loader, command_settings(tmp_path), now=NOW)


def test_a_table_that_is_nested_too_deeply_is_refused(faults: Faults) -> None:
    (fault,) = faults("a = " + "[" * 100_000 + "]" * 100_000)  # hypothesis may have raised the limit
    assert fault.startswith("SITES.toml:1: ")


def test_a_number_of_too_many_digits_is_a_fault_too(faults: Faults) -> None:
    (fault,) = faults(f"{A}settings.RUN_MAX_REQUESTS = {'9' * 5000}")
    assert fault.startswith("SITES.toml:4: this is not TOML")


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
