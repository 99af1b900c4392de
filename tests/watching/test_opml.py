"""The subscriptions that a feed reader exports: every form of OPML, and files that are none."""

from pathlib import Path

import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.watching.opml import Subscription, read_subscriptions

OPML_2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- exported by a reader -->
<opml version="2.0">
  <head><title>Subscriptions</title></head>
  <body>
    <outline text="Europe" title="Europe">
      <outline text="North">
        <outline type="rss" text="Fjord Post" title="The Fjord Post" xmlUrl="https://fjord.example/feed" htmlUrl="https://www.fjord.example/"/>
      </outline>
      <outline text="Alps &amp; Lakes" xmlUrl="https://alps.example/rss?a=1&amp;b=2"/>
    </outline>
    <outline text="Dunes" xmlUrl="https://dunes.example/atom.xml" category="/Africa/North,travel"/>
    <outline text="More" type="include" url="https://lists.example/more.opml"/>
    <outline text="An empty folder"/>
  </body>
</opml>
"""


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "subscriptions.opml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_subscriptions_have_site_feed_and_folders(tmp_path: Path) -> None:
    assert read_subscriptions(written(tmp_path, OPML_2)) == [
        Subscription("The Fjord Post", "https://www.fjord.example/", "https://fjord.example/feed", ("Europe", "North"), False),
        Subscription("Alps & Lakes", "", "https://alps.example/rss?a=1&b=2", ("Europe",), False),
        Subscription("Dunes", "", "https://dunes.example/atom.xml", ("Africa/North", "travel"), False),
        Subscription("More", "", "https://lists.example/more.opml", (), True),
        Subscription("An empty folder", "", "", (), False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        '<OPML VERSION="1.1"><body><outline TEXT="Kites &nbsp;&amp; Wind" XMLURL="https://kites.example/f"/></body></OPML>',
        '\ufeff<?xml version="1.0"?><opml><body><outline text="Kites & Wind" xmlUrl="https://kites.example/f"/></body></opml>',
        '<opml xmlns="http://opml.org/spec2"><body><outline title="Kites&#x20;&#38;\n Wind" text="no" xmlUrl=" https://kites.example/f "/></body></opml>',
    ],
)
def test_what_readers_write_is_read(tmp_path: Path, content: str) -> None:
    expected = [Subscription("Kites & Wind", "", "https://kites.example/f", (), False)]
    assert read_subscriptions(written(tmp_path, content)) == expected


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "utf-8"])
def test_the_charset_is_that_of_the_declaration(tmp_path: Path, charset: str) -> None:
    text = f'<?xml version="1.0" encoding="{charset}"?>\n<opml><body><outline text="Überlinger Bote" xmlUrl="https://a.example"/></body></opml>'
    (found,) = read_subscriptions(written(tmp_path, text.encode(charset)))
    assert found.title == "Überlinger Bote"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "this is not XML"),
        ("sites: a.example", "this is not XML"),
        (OPML_2[:400], r"subscriptions.opml:\d+: this is not XML \(.+\); export the subscriptions again"),
        ("<rss><channel/></rss>", "is no OPML; export the subscriptions of a feed reader as OPML"),
        (b"\x89PNG\r\n\x1a\n\0\0", "this is not XML"),
        ("<opml>" + "<outline>" * 5000 + "</outline>" * 5000 + "</opml>", "this is not XML"),
        (b"<opml>" + b" " * 10_000_000, "has more than 10,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_list_of_subscriptions_is_refused(tmp_path: Path, content: str | bytes, why: str) -> None:
    with pytest.raises(WrongUsage, match=why) as caught:
        read_subscriptions(written(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"cannot be read \(No such file or directory\); name a file"):
        read_subscriptions(tmp_path / "none.opml")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE opml [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE opml [<!ENTITY l19 SYSTEM "file:///etc/hostname">]>',
        '<!doctype opml SYSTEM "http://127.0.0.1:9/opml.dtd">',
    ],
)
def test_a_file_with_entities_is_refused(tmp_path: Path, declared: str) -> None:
    content = (
        f'<?xml version="1.0"?>{declared}<opml><body><outline text="&l19;" xmlUrl="https://a.example/"/></body></opml>'
    )
    for text in (content, content.encode("utf-16")):
        with pytest.raises(WrongUsage, match="declares a document type"):
            read_subscriptions(written(tmp_path, text))


def test_nine_megabytes_of_subscriptions_are_read(tmp_path: Path) -> None:
    outline = '<outline text="Site {0} {1}" type="rss" xmlUrl="https://n{0}.example/feed"/>\n'
    text = "<opml><body>" + "".join(outline.format(number, "w " * 900) for number in range(5000)) + "</body></opml>"
    assert len(read_subscriptions(written(tmp_path, text))) == 5000
