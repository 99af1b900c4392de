"""Each fault of a table of sites is named, with its line and the way out."""

import pytest

from tests.watching.tables import NEWS, A, Faults, faults, loader, read

__all__ = ["faults", "loader", "read"]  # fixtures


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


def test_a_table_that_is_nested_too_deeply_is_refused(faults: Faults) -> None:
    (fault,) = faults("a = " + "[" * 100_000 + "]" * 100_000)  # hypothesis may have raised the limit
    assert fault.startswith("SITES.toml:1: ")


def test_a_number_of_too_many_digits_is_a_fault_too(faults: Faults) -> None:
    (fault,) = faults(f"{A}settings.RUN_MAX_REQUESTS = {'9' * 5000}")
    assert fault.startswith("SITES.toml:4: this is not TOML")
