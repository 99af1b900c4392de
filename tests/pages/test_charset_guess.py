"""The charset of pages that name none."""

from time import process_time

import pytest

from ecnscrawl.pages.charset_guess import guessed_charset
from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.document import Document
from ecnscrawl.sites.news import news_profile

TEXTS = {
    "big5": "渡輪在黎明時分離開港口，船上載著四十名乘客，還有一架沒有人要的鋼琴。船長說，這架鋼琴屬於海灣對岸的一所學校。",
    "gb18030": "渡轮在黎明时分离开港口，船上载着四十名乘客，还有一架没有人要的钢琴。船长说，这架钢琴属于海湾对岸的一所学校。",
    "euc-kr": "연락선은 새벽에 승객 마흔 명과 아무도 원하지 않은 피아노를 싣고 항구를 떠났다. 선장은 피아노가 학교 것이라고 말했다.",
    "shift_jis": "連絡船は夜明けに四十人の乗客と、誰も頼んでいないピアノを乗せて港を出た。船長は、ピアノは対岸の学校のものだと言った。",
    "windows-1251": "Паром вышел из гавани на рассвете с сорока пассажирами и роялем, о котором никто не просил. Капитан молчал.",
    "windows-1256": "غادرت العبارة القديمة الميناء عند الفجر وعلى متنها أربعون راكبا وبيانو لم يطلبه أحد من أهل المدينة.",
}
GERMAN = "Die Fähre verließ den Hafen im Morgengrauen mit vierzig Fahrgästen und einem Klavier, um das niemand gebeten hatte."


def page(text: str, head: str = "") -> str:
    paragraphs = f"<p class='text'>{text}</p>\n" * 4
    return f"<html><head>{head}</head><body><script>let piano = 'ferry';</script>{paragraphs}</body></html>"


@pytest.mark.parametrize("charset", TEXTS)
def test_the_charset_of_another_script_is_guessed(charset: str) -> None:
    body = page(TEXTS[charset]).encode(charset)
    assert guessed_charset(body) == charset
    assert TEXTS[charset] in decode(body, None, guessed_charset(body))


@pytest.mark.parametrize("charset", ["big5", "windows-1251"])
def test_a_charset_that_is_declared_is_not_guessed(charset: str) -> None:
    assert guessed_charset(page(TEXTS[charset], f"<meta charset='{charset}'>").encode(charset)) is None


def test_utf_8_and_latin_texts_are_not_guessed() -> None:
    assert guessed_charset(page(TEXTS["big5"]).encode()) is None
    assert guessed_charset(page(GERMAN).encode("windows-1252")) is None
    assert guessed_charset(b"") is None
    assert guessed_charset(b"\xff\x00\x81" * 100) is None


@pytest.mark.parametrize("markup", [b"<script \xa4", b"<\xa4", b"\xa4\xe5 ", b"<meta "])
def test_a_hostile_page_is_guessed_fast(markup: bytes) -> None:
    begun = process_time()
    guessed_charset(markup * (5_000_000 // len(markup)))
    assert process_time() - begun < 5


def test_a_page_of_an_unknown_site_is_read_by_the_guess_and_by_its_header_first() -> None:
    profile, body = news_profile("gazette.example"), page(TEXTS["big5"]).encode("big5")
    for charset in (None, "big5"):
        document = Document(profile.source("https://gazette.example/a", body, charset))
        assert TEXTS["big5"] in document.markup
