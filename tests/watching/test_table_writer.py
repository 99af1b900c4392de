"""The table that is written from subscriptions: one entry a site, and what is left out is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scrapy.spiderloader import get_spider_loader

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.watching.opml import Subscription
from ecnscrawl.watching.table import read_table
from ecnscrawl.watching.table_writer import table_of, write_new
from tests.watching.tables import command_settings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def subscription(title: str, site: str = "", feed: str = "", *folders: str, is_list: bool = False) -> Subscription:
    return Subscription(title, site, feed, folders, is_list)


def test_an_entry_for_each_site_with_its_subscriptions_as_comments() -> None:
    table = table_of(
        [
            subscription("Fjord Post", "https://www.fjord.example/", "https://feeds.feedburner.com/fjord", "Europe", "North"),
            subscription("ECNS", "", "https://www.ecns.cn/rss/rss.xml"),
            subscription("Fjord Post, sport", "", "feed://fjord.example/sport.xml"),
            subscription("Fjord TV", "http://tv.fjord.example/"),
            subscription("CNS", "https://finance.chinanews.com/"),
        ],
        "subscriptions.opml",
    )  # fmt: skip
    assert table.text == (
        "# 3 sites of subscriptions.opml.\n"
        "\n"
        "[defaults]\n"
        'every = "1h"\n'
        "\n"
        "# Fjord Post [Europe / North], feed https://feeds.feedburner.com/fjord\n"
        "# Fjord Post, sport, feed feed://fjord.example/sport.xml\n"
        "# Fjord TV\n"
        "[[site]]\n"
        'spider = "news"\n'
        'site = "www.fjord.example"\n'
        "\n"
        "# ECNS, feed https://www.ecns.cn/rss/rss.xml\n"
        "[[site]]\n"
        'spider = "ecns"\n'
        "\n"
        "# CNS\n"
        "[[site]]\n"
        'spider = "chinanews"\n'
    )
    assert (table.sites, table.skipped) == (3, [])


@pytest.mark.parametrize(
    ("skipped", "reason"),
    [
        (subscription("X"), "'X': it names neither a site nor a feed"),
        (
            subscription("X", "", "https://feeds.feedburner.com/x"),
            (
                "'X' (https://feeds.feedburner.com/x): its feed is at feeds.feedburner.com, which passes on feeds of others;"
                " write the site's own host"
            ),
        ),
        (
            subscription("", "", "https://lists.example/", is_list=True),
            "'' (https://lists.example/): it leads to another list; import that one by itself",
        ),
        (
            subscription("X", "http://10.0.0.1/"),
            "'X' (http://10.0.0.1/): its address is an IP address",
        ),
        (
            subscription("X", "", "https://x.example:8443/feed"),
            (
                "'X' (https://x.example:8443/feed): its address has the port 8443; a site is crawled on the ports 80 and 443,"
                " whatever ALLOWED_PORTS has"
            ),
        ),
    ],
)
def test_what_cannot_be_crawled_is_named_with_the_reason(skipped: Subscription, reason: str) -> None:
    table = table_of([skipped, subscription("Y", "https://y.example/")], "a.opml")
    assert (table.sites, table.skipped) == (1, [f"skipped {reason}"])


def test_an_unusable_site_gives_way_to_the_host_of_the_feed() -> None:
    table = table_of([subscription("X", "http://localhost:8080/", "https://x.example/feed")], "a.opml")
    assert (table.skipped, 'site = "x.example"' in table.text) == ([], True)


def test_a_password_in_an_address_is_not_written() -> None:
    table = table_of([subscription("X", "https://x.example/", "https://me:hunter22@x.example/feed")], "a.opml")
    assert "hunter22" not in table.text


HOSTS = st.sampled_from(
    ["a.example", "www.a.example", "b.a.example", "c.b.a.example", "www.ecns.cn", "m.chinanews.com", "bücher.example",
     "co.uk", "example.co.uk", "127.0.0.1", "localhost", "a_b.example", "", "com"]
)  # fmt: skip
ADDRESSES = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(["", "http://", "https://", "feed:https://", "feed://", "ftp://", "//"]), HOSTS,
              st.sampled_from(["", "/", "/feed?x=1", ":8080/", ":443"])),
    st.text(max_size=20),
)  # fmt: skip
SUBSCRIPTIONS = st.builds(
    Subscription, st.text(max_size=20), ADDRESSES, ADDRESSES, st.lists(st.text(max_size=5), max_size=2).map(tuple), st.booleans()
)  # fmt: skip


@given(st.lists(SUBSCRIPTIONS, max_size=8), st.text(max_size=10))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_table_of_any_subscriptions_has_no_fault(
    tmp_path: Path, subscriptions: list[Subscription], name: str
) -> None:
    table = table_of(subscriptions, name)
    assert len(table.skipped) <= len(subscriptions)
    if not table.sites:
        return
    path = tmp_path / "SITES.toml"
    path.write_bytes(table.text.encode("utf-8", "strict"))
    settings = command_settings(tmp_path)
    entries = read_table(path, get_spider_loader(settings), settings, now=NOW)
    assert len(entries) == table.sites


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "SITES.toml"
    path.write_text("mine")
    with pytest.raises(
        WrongUsage, match="exists, and is not overwritten; name another file, or none for standard output"
    ):
        write_new(path, "theirs")
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"none/SITES\.toml cannot be written"):
        write_new(tmp_path / "none" / "SITES.toml", "")
