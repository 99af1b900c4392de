"""The text's own marks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.marks import byline, credit, dateline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ice in Harbin. (Photo/Xinhua)", "Xinhua"),
        ("Ice in Harbin. [Photo/Xinhua]", "Xinhua"),
        ("(Photo/Xinhua)", "Xinhua"),
        ("Ice in Harbin. (Photo: China News Service/ Ke Ning)", "China News Service/ Ke Ning"),
        ("Ice in Harbin. [Photo: China News Service/Ke Ning]", "China News Service/Ke Ning"),
        ("Ice in Harbin. (Photo provided to chinadaily.com.cn)", "chinadaily.com.cn"),
        ("Ice in Harbin. (Provided to China Daily)", "China Daily"),
        ("Ice in Harbin. [Photo by Li Wei/China Daily]", "Li Wei/China Daily"),
        ("Ice in Harbin. (File photo/VCG)", "VCG"),
        ("Ice in Harbin. (Xinhua/Zhang Ling)", "Xinhua/Zhang Ling"),
        ("Ice in Harbin. (Photos by Li Wei / Xinhua).", "Li Wei / Xinhua"),
        ("Ice in Harbin. (Screenshot from CCTV)", "CCTV"),
        ("Ice in Harbin. (Photo courtesy of the museum)", "the museum"),
        ("Ice in Harbin. （Photo：China News Service）", "China News Service"),
        ("Ice (2.5 meters thick) in Harbin. (photo/xinhua)", "xinhua"),
    ],
)
def test_a_credit_is_read_as_written(text: str, expected: str) -> None:
    assert credit(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "Ice in Harbin.", "(Photo)", "()", "Ice in Harbin (2025)", "He is a photographer (and a cook).",
        "HARBIN, Jan. 5 (Xinhua)", "Ice. (Photo/Xinhua) More text follows.", "The photo by Li Wei won.", "(Xinhua)",
        "Exports to the bloc (photovoltaics, batteries)", "(Photo/)", "See it below. [1]",
    ],
)  # fmt: skip
def test_what_is_no_credit_is_none(text: str) -> None:
    assert credit(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Zhao Lei", ["Zhao Lei"]),
        ("By Zhao Lei and Xu Wei", ["Zhao Lei", "Xu Wei"]),
        ("By Zhao Lei, Xu Wei and Li Yan", ["Zhao Lei", "Xu Wei", "Li Yan"]),
        ("By ZHAO LEI", ["ZHAO LEI"]),
        ("by Zhao Lei", ["Zhao Lei"]),
        ("(By Zhao Lei)", ["Zhao Lei"]),
        ("By Zhao Lei in Guangzhou", ["Zhao Lei"]),
        ("By Zhao Lei | China Daily", ["Zhao Lei"]),
        ("By Xinhua writers Zhao Lei, Xu Wei", ["Zhao Lei", "Xu Wei"]),
        ("By: Zhao Lei", ["Zhao Lei"]),
        ("By Maria de la Cruz", ["Maria de la Cruz"]),
        ("By Conor O'Brien", ["Conor O'Brien"]),
        ("By José Müller-Lüdenscheidt", ["José Müller-Lüdenscheidt"]),
    ],
)
def test_the_names_of_a_byline(text: str, expected: list[str]) -> None:
    assert byline(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "By October, China had signed 53 memoranda.", "By Thursday", "By 2030", "By the river", "By then", "By",
        "Zhao Lei", "Bystanders saw it", "By far the largest of them is the ferry.", "By Sunday evening, it had snowed.",
        "By Zhao Lei, who has seen them all, the ferries are loved.", "By " + "Zhao Lei, " * 40, "By train", "By law",
        "By end of May", "BEIJING -- By Zhao Lei", "By Zhao Lei. He was there.",
    ],
)  # fmt: skip
def test_what_is_no_byline_has_no_names(text: str) -> None:
    assert byline(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BEIJING, Sept. 30 (Xinhua) -- Flags were raised.", "BEIJING"),
        ("UNITED NATIONS, Oct. 1 -- The council met.", "UNITED NATIONS"),
        ("Beijing (ECNS) -- Flags were raised.", "Beijing"),
        ("HARBIN, China, Jan. 5 (Xinhua) -- Ice.", "HARBIN"),
        ("SAO PAULO, Nov. 20 (Xinhua) -- The drum is here.", "SAO PAULO"),
        ("SÃO PAULO, Nov. 20 (Xinhua) — The drum is here.", "SÃO PAULO"),
        ("XI'AN, May 2 (Xinhua) -- Bells.", "XI'AN"),
        ("BEIJING, June 3, 2025 (ECNS) – Rain.", "BEIJING"),
    ],
)
def test_the_place_of_a_dateline(text: str, expected: str) -> None:
    assert dateline(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(ECNS) -- Flags were raised.", "(Xinhua) -- Flags were raised.", "Flags were raised in Beijing.", "",
        "Beijing -- and not Shanghai -- was first.", "In Beijing, Sept. 30 was a holiday.",
        "He left Beijing, Sept. 30 -- a day late.", "BEIJING, Sept. 30 (Xinhua)",
    ],
)  # fmt: skip
def test_a_text_without_a_dateline_has_no_place(text: str) -> None:
    assert dateline(text) is None


MARKED = st.lists(
    st.sampled_from("By by and , ( ) [ ] （ Photo Photo/ : / Xinhua -- BEIJING Sept. 30 Zhao Lei provided to in | . ，".split()),
    max_size=25,
).map(" ".join)  # fmt: skip


@given((MARKED | st.text()).filter(bool))
def test_any_paragraph_is_looked_through(text: str) -> None:
    assert credit(text) is None or credit(text)
    assert all(byline(text)) or byline(text) == []
    assert dateline(text) is None or dateline(text)


@given((MARKED | st.text()).filter(bool))
def test_every_mark_is_a_piece_of_the_text(text: str) -> None:
    assert [piece for piece in (credit(text), dateline(text), *byline(text)) if piece and piece not in text] == []


@pytest.mark.parametrize(
    "piece", ["(Photo by ", "(file ", "By A, ", "a ", "A. ", "(Photo/x (", "[", "AB, ", "( Xinhua ", "Photo/", "A.-'"]
)
def test_a_long_text_takes_no_time(piece: str) -> None:
    text = piece * 20_000 + ")"
    begun = time.perf_counter()
    credit(text), byline(text), dateline(text)
    assert time.perf_counter() - begun < 2
