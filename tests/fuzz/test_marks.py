"""Any text can be searched for info lines, captions, bylines, datelines and times, fast."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.ecns.furniture import headline
from ecnscrawl.pages.ecns.infoline import InfoLine
from ecnscrawl.pages.ecns.outlets import ECNS_PATTERNS
from tests.fuzz.effort import examples, in_time
from tests.fuzz.mutation import words

pytestmark = pytest.mark.fuzz

PIECES = (
    "2026-10-03 09:34:32", "2018-05-03 16:06", "2026-13-45 99:99", "Editor : Huang Fang", "Editor:", "Web Editor: Wang Fan", "Editor：", "Source: ",
    "Xinhua", "China Daily", "Gu Liping", "Mo Hong'e", "Sixth Tone", "|", "", "ECNS App Download", "Text: A A A Print", "By ", "By: ", "by our staff reporter ", "Zhao Lei", "and ", ", ", "、", "&", " in Guangzhou", ", from Kenya", "sportswriters ", ", CNS", "/", ", the United States", ", April 20", "(240418)", "via Xinhua)", "Str/Xinhua",
    " | China Daily", "(Xinhua)", "van der Berg", "BEIJING", "Beijing", "UNITED NATIONS", ", Sept. 30 ", " (Xinhua) --", " -- ", "—", "(Photo/Xinhua)",
    "(Photo provided to ", "[Photo: China News Service/ Ke Ning]", "（Photo by ", "(Provided to China Daily)", "(", ")", "[", "]", "（", "）", "【", "】", ".", " ", "  ",
    "A", "a", "Á", "1", "-", "'", "’", "·", "A " * 50, "(" * 300, "Photo " * 90, "By " * 90, "A.-'" * 200, "- " * 200, " \u3000" * 200, "Photo/" * 100,
)  # fmt: skip
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), words()).map(clean)


@examples(0.07)
@given(st.lists(texts, max_size=6))
def test_any_info_line_can_be_read(spans: list[str]) -> None:
    with in_time():
        line = InfoLine.of(spans)
    for text in (line.date, line.source, line.editor):
        assert text is None or (text and any(text in span for span in spans))


@examples(0.09)
@given(texts.filter(bool))
def test_credits_bylines_and_datelines_are_parts_of_their_paragraph(text: str) -> None:
    with in_time():
        names, rest = ECNS_PATTERNS.byline_before_dateline(text)
        found = [
            ECNS_PATTERNS.credit(text),
            ECNS_PATTERNS.dateline(text),
            *ECNS_PATTERNS.byline(text),
            headline(text),
            *names,
            rest,
        ]
    assert [part for part in found if part and part not in text] == []


@examples(0.05)
@given(st.one_of(texts, st.text(max_size=60), words()))
def test_a_time_is_read_in_utc_or_not_at_all(text: str) -> None:
    with in_time():
        stated = timestamps.parse(text, ZoneInfo("Asia/Shanghai"))
        timestamps.parse(text, None)
    if stated is not None:
        assert stated.at.utcoffset() == timedelta()
        assert timestamps.from_text(timestamps.to_text(stated.at)) == stated.at.replace(microsecond=0)


@examples(0.04)
@given(words())
def test_clean_text_is_one_line_that_can_be_written_anywhere(text: str) -> None:
    with in_time():
        plain = clean(text)
    assert len(plain.splitlines()) <= 1
    assert "\x1b" not in plain
    assert plain.encode().decode() == plain
    assert clean(plain) == plain
