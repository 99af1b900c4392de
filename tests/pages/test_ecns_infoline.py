"""The info line of pages of www.ecns.cn: time, source and editor, in whatever markup."""

import pytest

from ecnscrawl import extract
from ecnscrawl.pages.ecns.infoline import InfoLine
from tests.pages.ecns_pages import OLD_URL, SHARE, TEXT, URL, page, reading


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (["2026-10-03 09:34:32", "Xinhua", "Editor : Huang Fang", "ECNS App Download"], ("2026-10-03 09:34:32", "Xinhua", "Huang Fang")),
        (["2018-05-03 16:06", "Xinhua", "Editor: Gu Liping"], ("2018-05-03 16:06", "Xinhua", "Gu Liping")),
        (["2013-06-21 10:32", "Ecns.cn", "Web Editor: Wang Fan"], ("2013-06-21 10:32", "Ecns.cn", "Wang Fan")),
        (["2026-10-03 09:34:32", "Editor : Huang Fang"], ("2026-10-03 09:34:32", None, "Huang Fang")),
        (["2026-10-03 09:34:32", "", "Editor : Huang Fang"], ("2026-10-03 09:34:32", None, "Huang Fang")),
        (["2026-10-03 09:34:32", "Xinhua", "Editor :"], ("2026-10-03 09:34:32", "Xinhua", None)),
        (["2026-10-03 09:34:32", "Xinhua"], ("2026-10-03 09:34:32", "Xinhua", None)),
        (["2026-10-03 09:34:32 Xinhua", "Editor：Huang Fang"], ("2026-10-03 09:34:32", "Xinhua", "Huang Fang")),
        (["2026-10-03 09:34:32", "Source: China Daily"], ("2026-10-03 09:34:32", "China Daily", None)),
        (["2026-10-03 09:34:32", "Text: A A A Print", "ECNS App Download"], ("2026-10-03 09:34:32", None, None)),
        (["Xinhua"], (None, "Xinhua", None)),
        ([], (None, None, None)),
        # all of the line in one text
        (["2014-03-05 09:53 Xinhua Web Editor:Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["2017-01-19 13:10 | Xinhua | Editor: Gu Liping"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        (["2015-07-10 08:54Xinhua Editor: Mo Hong'e"], ("2015-07-10 08:54", "Xinhua", "Mo Hong'e")),
        (["1 2015-07-10 08:54Xinhua Editor: Mo Hong'e"], ("2015-07-10 08:54", "Xinhua", "Mo Hong'e")),
        (["2024-06-21 07:58:00China Daily Editor : Li Yan ECNS App Download"], ("2024-06-21 07:58:00", "China Daily", "Li Yan")),
        (["2017-06-23 08:45:02Xinhua Gu Liping ECNS App Download"], ("2017-06-23 08:45:02", "Xinhua", "Gu Liping")),
        (["2017-06-23 08:45:02 Editor: Gu Liping"], ("2017-06-23 08:45:02", None, "Gu Liping")),
        (["2017-06-23 08:45:02 Xinhua"], ("2017-06-23 08:45:02", "Xinhua", None)),
        (["2017-06-23 08:45:02Science and Technology Daily Mo Hong'e"], ("2017-06-23 08:45:02", "Science and Technology Daily", "Mo Hong'e")),
        (["2017-06-23 08:45:02China Daily Hong Kong"], ("2017-06-23 08:45:02", "China Daily Hong Kong", None)),
        (["2017-06-23 08:45:02 Sixth Tone Gu Liping"], ("2017-06-23 08:45:02", None, None)),
        (["2014-03-05 09:53 Xinhua Web Editor Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["2014-03-05 09:53", "Xinhua", "Editor Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        # on lines of their own
        (["2014-03-05 09:53", "Xinhua", "Web Editor:Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["1", "2014-03-05 09:53", "Xinhua", "Web Editor:", "Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["2014-03-05 09:53", "Editor:", "Xinhua"], ("2014-03-05 09:53", "Xinhua", None)),
        (["2014-03-05 09:53", "Editor:", "Xinhua", "Comments"], ("2014-03-05 09:53", "Xinhua", None)),
        (["2014-03-05 09:53", "China Daily", "Editor:", "Xinhua"], ("2014-03-05 09:53", "China Daily", None)),
        (["2014-03-05 09:53", "", "Editor: Xinhua"], ("2014-03-05 09:53", "Xinhua", None)),
        # a day alone, and the other forms of time; no date is a source
        (["2026-10-03", "Xinhua", "Editor : Huang Fang"], ("2026-10-03", "Xinhua", "Huang Fang")),
        (["2026/10/03", "Xinhua", "Editor : Huang Fang"], ("2026/10/03", "Xinhua", "Huang Fang")),
        (["Oct 3, 2026", "Xinhua", "Editor : Huang Fang"], ("Oct 3, 2026", "Xinhua", "Huang Fang")),
        (["Oct. 3, 2026 09:34", "Editor : Huang Fang"], ("Oct. 3, 2026 09:34", None, "Huang Fang")),
        (["3 October 2026", "Xinhua"], ("3 October 2026", "Xinhua", None)),
        (["2026年10月3日", "Xinhua", "Editor : Huang Fang"], ("2026年10月3日", "Xinhua", "Huang Fang")),
        (["2026年10月3日 09:34", "Xinhua"], ("2026年10月3日 09:34", "Xinhua", None)),
        (["2026-10-03T09:34:32+08:00", "Xinhua"], ("2026-10-03T09:34:32+08:00", "Xinhua", None)),
        (["2026-10-03T01:34:32.5Z", "Xinhua"], ("2026-10-03T01:34:32.5Z", "Xinhua", None)),
        (["2026-10-03", "09:34:32", "Xinhua"], ("2026-10-03 09:34:32", "Xinhua", None)),
        (["2026-10-03 Xinhua Editor: Huang Fang"], ("2026-10-03", "Xinhua", "Huang Fang")),
        (["2026-10-03Xinhua Editor: Huang Fang"], ("2026-10-03", "Xinhua", "Huang Fang")),
        (["1 2026-10-03 | Xinhua | Editor: Huang Fang"], ("2026-10-03", "Xinhua", "Huang Fang")),
        (["Oct 3, 2026 Xinhua Editor: Huang Fang"], ("Oct 3, 2026", "Xinhua", "Huang Fang")),
        (["03/10/2026", "Xinhua", "Editor : Huang Fang"], (None, "Xinhua", "Huang Fang")),
        # what stands behind the editor is no source
        (["2017-01-19 13:10 | Editor: Gu Liping | Comments"], ("2017-01-19 13:10", None, "Gu Liping")),
        (["2017-01-19 13:10 | Xinhua | Editor: Gu Liping | Comments"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        (["2017-01-19 13:10", "Editor:", "Gu Liping", "Comments"], ("2017-01-19 13:10", None, "Gu Liping")),
        (["2017-01-19 13:10", "Editor:", "", "Gu Liping"], ("2017-01-19 13:10", None, "Gu Liping")),
        (["2017-01-19 13:10", "Editor:", "Comments"], ("2017-01-19 13:10", None, None)),
        (["2017-01-19 13:10", "Editor: Gu Liping", "Source: Xinhua"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        # an editor without the word
        (["2017-01-19 13:10", "Gu Liping", "Xinhua"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        (["2017-01-19 13:10 Gu Liping | China Daily"], ("2017-01-19 13:10", "China Daily", "Gu Liping")),
        (["2017-06-23 08:45:02", "Xinhua", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", "Xinhua", "Gu Liping")),
        (["2017-06-23 08:45:02", "Sixth Tone", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", "Sixth Tone", "Gu Liping")),
        (["2017-06-23 08:45:02", "", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", None, "Gu Liping")),
        (["2017-06-23 08:45:02", "", "Ann Lee", "ECNS App Download"], ("2017-06-23 08:45:02", None, "Ann Lee")),
        (["2017-06-23 08:45:02", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", None, "Gu Liping")),
        (["2017-06-23 08:45:02", "Sixth Tone", "ECNS App Download"], ("2017-06-23 08:45:02", None, None)),
        (["2017-06-23 08:45:02", "Sixth Tone", "", "ECNS App Download"], ("2017-06-23 08:45:02", "Sixth Tone", None)),
        (["2017-06-23 08:45:02", "", "Xinhua", "ECNS App Download"], ("2017-06-23 08:45:02", "Xinhua", None)),
        (["2017-06-23 08:45:02", "Hunan Daily", "ECNS App Download"], ("2017-06-23 08:45:02", "Hunan Daily", None)),
        (["2017-06-23 08:45:02", "Wen Wei Po", "ECNS App Download"], ("2017-06-23 08:45:02", "Wen Wei Po", None)),
        (["2017-06-23 08:45:02", "Xinhua", "5 comments"], ("2017-06-23 08:45:02", "Xinhua", None)),
        (["2017-06-23 08:45:02", "", "", ""], ("2017-06-23 08:45:02", None, None)),
    ],
)  # fmt: skip
def test_the_info_line_is_told_by_the_form_of_its_pieces(
    spans: list[str], expected: tuple[str | None, str | None, str | None]
) -> None:
    assert InfoLine.of(spans) == InfoLine(*expected)


def test_a_source_whose_name_ends_in_the_label_keeps_its_name() -> None:
    assert InfoLine.of(["China Resource: The Magazine"]).source == "China Resource: The Magazine"


def test_the_numbers_of_the_share_box_are_not_in_the_info_line() -> None:
    assert reading(page()).values["source"] == "Xinhua"


def test_without_a_source_none_is_guessed() -> None:
    info = "<span>2026-11-23 15:30:00</span><span></span><span>Editor: Huang Fang</span>"
    assert "source" not in reading(page(info=info, head='<meta name="source" content="ecns">')).values


@pytest.mark.parametrize(
    "info",
    [
        "<span>2015-07-10 08:54Xinhua Editor: Mo Hong'e</span>",
        "2015-07-10 08:54Xinhua Editor: Mo Hong'e",
        "1 2015-07-10 08:54Xinhua Editor: Mo Hong'e",
        "<em>1</em> 2015-07-10 08:54 | Xinhua | Editor: Mo Hong'e",
        "<span>1</span><span>2015-07-10 08:54</span><span>Xinhua</span><span>Mo Hong'e</span><a href=/app>ECNS App Download</a>",
        "2015-07-10 08:54<br>Xinhua<br>Web Editor:Mo Hong'e",
        "<p>2015-07-10 08:54</p><p>Xinhua</p><p>Web Editor: <b>Mo Hong'e</b></p>",
        "2015-07-10 08:54 <span>Xinhua</span> <span>Editor: Mo Hong'e</span>",
    ],
)
def test_the_info_line_in_any_markup(info: str) -> None:
    found = reading(page(info=info), OLD_URL)
    assert {found.extractors[name] for name in ("published_at", "source", "editor")} == {"layout"}
    changed = reading(page(info=info).replace("downinfo", "x").replace("yanse", "y").replace("contitle", "z"), OLD_URL)
    assert {changed.extractors[name] for name in ("published_at", "source", "editor")} == {"text"}
    for each in (found, changed):
        assert [each.values[name] for name in ("published_at", "source", "editor")] == [
            "2015-07-10 08:54",
            "Xinhua",
            "Mo Hong'e",
        ]
        assert each.body.paragraphs == [TEXT]


@pytest.mark.parametrize(
    "before",
    ["<h1>Ferry is late again</h1>", "<h1>Ferry is late again</h1><hr>", "<div><h1>Ferry is late again</h1></div>"],
)
def test_an_info_line_between_paragraphs_is_not_in_the_body(before: str) -> None:
    line = "2015-07-10 08:54Xinhua Editor: Mo Hong'e"
    markup = f"<html><body>{before}{line}<p>{TEXT}</p><p>{TEXT * 8}</p>{SHARE}</body></html>"
    found = reading(markup, OLD_URL)
    assert [found.values[name] for name in ("published_at", "source", "editor")] == [
        "2015-07-10 08:54",
        "Xinhua",
        "Mo Hong'e",
    ]
    assert (found.extractors["blocks"], found.body.paragraphs) == ("text", [TEXT, TEXT * 8])


def test_without_the_word_editor_such_a_line_ends_with_its_text() -> None:
    markup = f"<html><body><h1>Ferry is late again</h1>2015-07-10 08:54 Xinhua<p>Gu Liping</p><p>{TEXT * 8}</p>{SHARE}</body></html>"
    found = reading(markup, OLD_URL)
    assert (found.values.get("source"), found.values.get("editor")) == ("Xinhua", None)
    assert found.body.paragraphs == ["Gu Liping", TEXT * 8]


@pytest.mark.parametrize(
    ("date", "published_at", "precision"),
    [
        ("2026-10-03", "2026-10-03T00:00:00Z", "day"),
        ("2026/10/03", "2026-10-03T00:00:00Z", "day"),
        ("Oct 3, 2026", "2026-10-03T00:00:00Z", "day"),
        ("2026年10月3日", "2026-10-03T00:00:00Z", "day"),
        ("2026-10-03 09:34", "2026-10-03T01:34:00Z", "minute"),
        ("2026-10-03T09:34:32+07:00", "2026-10-03T02:34:32Z", "second"),
    ],
)
@pytest.mark.parametrize("url", [URL, OLD_URL])
def test_an_info_line_states_its_time_in_each_documented_form(
    date: str, published_at: str, precision: str, url: str
) -> None:
    article = extract(
        page(info=f"<span>{date}</span><span>Xinhua</span><span>Editor : Huang Fang</span>").encode(), url
    )
    assert article is not None
    found = (article.published_at, article.published_precision, article.source, article.editor)
    assert found == (published_at, precision, "Xinhua", "Huang Fang")
