"""Credits, bylines and datelines in English text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.ecns.outlets import ECNS_PATTERNS
from ecnscrawl.pages.english import English
from ecnscrawl.pages.text_patterns import NoPatterns, patterns_of

begins_with_dateline, byline, dateline = (
    ECNS_PATTERNS.begins_with_dateline,
    ECNS_PATTERNS.byline,
    ECNS_PATTERNS.dateline,
)
byline_before_dateline, credit = ECNS_PATTERNS.byline_before_dateline, ECNS_PATTERNS.credit


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
        ("Ice in Harbin. (Xinhua)", "Xinhua"),
        ("Ice in Harbin.(CHINA DAILY)", "CHINA DAILY"),
        ('"It is cold," he says. (Xinhua)', "Xinhua"),
        ("(Xinhua)", "Xinhua"),
        ("Ice in Harbin. (Li Wei/JINI via Xinhua)", "Li Wei/JINI via Xinhua"),
        ("Ice in Harbin. (The Ice Museum/Handout via Xinhua)", "The Ice Museum/Handout via Xinhua"),
        ("Ice in Harbin. (JINI via Xinhua)", "JINI via Xinhua"),
        ("Ice in Harbin. (Str/Xinhua)", "Str/Xinhua"),
        ("Ice in Harbin. (chinamil.com.cn/Li Zhikai)", "chinamil.com.cn/Li Zhikai"),
        ("Ice in Harbin. (Li Wei/mfa.gov.cn)", "Li Wei/mfa.gov.cn"),
        ("Ice in Harbin. (Xinhua/Xiao Yijiu)", "Xinhua/Xiao Yijiu"),
        ("Ice in Harbin. [Photo/CFP]", "CFP"),
        ("Ice in Harbin. (LI WEI/CHINA DAILY)", "LI WEI/CHINA DAILY"),
        ("Ice in Harbin. (LI WEI/FOREIGN MINISTRY)", "LI WEI/FOREIGN MINISTRY"),
        ("Ice in Harbin. (Xinhua photo)", "Xinhua"),
        ("Ice in Harbin. (AP Photo/Li Wei)", "AP Photo/Li Wei"),
        ("Ice in Harbin (Photo source: hlj.gov.cn)", "hlj.gov.cn"),
    ],
)
def test_a_credit_is_read_as_written(text: str, expected: str) -> None:
    assert credit(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "Ice in Harbin.", "(Photo)", "()", "Ice in Harbin (2025)", "He is a photographer (and a cook).",
        "HARBIN, Jan. 5 (Xinhua)", "Ice. (Photo/Xinhua) More text follows.", "The photo by Li Wei won.",
        "Exports to the bloc (photovoltaics, batteries)", "(Photo/)", "See it below. [1]",
        "The tests were made by China News Service (CNS).", "He works for the Associated Press (AP).", "It is a virus (HIV/AIDS).",
        "He said so. (Xinhua reporters Li Wei and Wu Hao contributed to the story.)", "(Reporting by Li Wei; Video editors: Wu Hao)",
        "HARBIN, Jan. 5 (Xinhua) -- The ice is thick. (Xinhua)", "(ECNS) -- The ice is thick. (Xinhua)", "It is cold. (Updated)",
    ],
)  # fmt: skip
def test_a_text_without_a_credit_gives_none(text: str) -> None:
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
        ("by Sportswriter Sun Zhe", ["Sun Zhe"]),
        ("By sportswriters Cao Yibo and Xia Liang", ["Cao Yibo", "Xia Liang"]),
        ("by sportswriters He Leijing, Wang Qinou and Ma Kai", ["He Leijing", "Wang Qinou", "Ma Kai"]),
        ("By Xinhua sportswriter Ma Kai", ["Ma Kai"]),
        ("By Gong Zhe, CNS", ["Gong Zhe"]),
        ("By Gong Zhe and Zhao Lei, Ecns.cn", ["Gong Zhe", "Zhao Lei"]),
        ("By Gong Zhe, China Daily", ["Gong Zhe"]),
        ("By Gong Zhe (CNS)", ["Gong Zhe"]),
        ("By CNS reporter Gong Zhe", ["Gong Zhe"]),
        ("By China Daily's senior correspondent Gong Zhe", ["Gong Zhe"]),
        ("by contributing writer Zhao Lei", ["Zhao Lei"]),
        ("By our staff reporter Zhao Lei", ["Zhao Lei"]),
        ("Written by Zhao Lei", ["Zhao Lei"]),
        ("by Maria Costa, from the United States", ["Maria Costa"]),
        ("By Zhao Lei in Beijing and Xu Wei in Shanghai", ["Zhao Lei", "Xu Wei"]),
        ("By Zhao Lei, zhaolei@example.com", ["Zhao Lei"]),
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
        "By end of May", "By the end of the year", "By June 2023", "By 2030, exports had doubled.", "By mid-2023", "By Spring Festival",
        "By the end of the year, Harbin had 12 rinks.", "By high-speed rail", "By Air", "By Sunday Evening", "By CNS", "By China Daily",
        "Reporting by Zhao Lei", "Photos by Zhao Lei", "By contrast, Harbin is cold.", "BEIJING -- By Zhao Lei", "By Zhao Lei. He was there.",
    ],
)  # fmt: skip
def test_a_text_that_is_not_a_byline_has_no_names(text: str) -> None:
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
        ("ANCHORAGE, the United States, March 19 (Xinhua) -- Ice.", "ANCHORAGE"),
        ("PORT-AU-PRINCE, the Republic of Haiti, March 19 (Xinhua) -- Ice.", "PORT-AU-PRINCE"),
        ("KUNMING, southwest China's Yunnan Province, Oct. 4 (Xinhua) -- Ice.", "KUNMING"),
        ("BEIJING/SHANGHAI, Oct. 4 (Xinhua) -- Ice.", "BEIJING/SHANGHAI"),
        ("MILAN/NANCHANG, Italy/China, April 20 (Xinhua) -- Ice.", "MILAN/NANCHANG"),
        ("MILAN, Italy/GUIYANG, Sept. 24 (Xinhua) -- Ice.", "MILAN"),
        ("RIO DE JANEIRO, Nov. 20 (Xinhua) -- Ice.", "RIO DE JANEIRO"),
        ("Rio de Janeiro, Nov. 20 (Xinhua) -- Ice.", "Rio de Janeiro"),
        ("ST. PETERSBURG, June 6 (Xinhua) -- Ice.", "ST. PETERSBURG"),
        ("WASHINGTON D.C., June 6 (Xinhua) -- Ice.", "WASHINGTON D.C."),
        ("TRIPOLI (LEBANON), Jan. 9, 2025 (Xinhua) -- Ice.", "TRIPOLI"),
        ("(240418) -- KANDAHAR, April 18, 2024 (Xinhua) -- Ice.", "KANDAHAR"),
        ("SYDNEY. Feb. 7 (Xinhua) -- Ice.", "SYDNEY"),
        ("BEIJING, May, 12 (Xinhua) -- Ice.", "BEIJING"),
        ("LAS VEGAS, the United States, Jan. 7 (Xinhua ) -- Ice.", "LAS VEGAS"),
        ("BOGOTÁ, 30 September (Xinhua) —Ice.", "BOGOTÁ"),
        ("BEIJING, September 30 (ECNS) - Ice.", "BEIJING"),
        ("BEIJING, Sept 30 (China Daily) — Ice.", "BEIJING"),
        ("BEIJING (ECNS)-- Ice.", "BEIJING"),
        ("PARIS, France (AFP) - Ice.", "PARIS"),
    ],
)
def test_the_place_of_a_dateline(text: str, expected: str) -> None:
    assert dateline(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(ECNS) -- Flags were raised.", "(Xinhua) -- Flags were raised.", "Flags were raised in Beijing.", "",
        "Beijing -- and not Shanghai -- was first.", "In Beijing, Sept. 30 was a holiday.",
        "(ECNS) - Flags were raised.", "April 24 (Xinhua) -- Flags were raised.", "Monday, Sept. 30 -- a holiday -- was dry.",
        "Beijing, Sept. 30 (a holiday) -- was dry.", "CPEC -- the corridor -- is long.", "WARNING -- This is loud.", "By Zhao Lei (ECNS) -- Flags.",
        "He left Beijing, Sept. 30 -- a day late.", "BEIJING, Sept. 30 (Xinhua)",
    ],
)  # fmt: skip
def test_a_text_without_a_dateline_has_no_place(text: str) -> None:
    assert dateline(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By John Lee (ECNS) -- Snow fell.", (["John Lee"], "(ECNS) -- Snow fell.")),
        ("By John Lee and Xu Wei (ECNS) - Snow fell.", (["John Lee", "Xu Wei"], "(ECNS) - Snow fell.")),
        ("By John Lee, Beijing (ECNS) -- Snow fell.", (["John Lee"], "Beijing (ECNS) -- Snow fell.")),
        ("By John Lee, Xu Wei, Hong Kong (ECNS) -- Snow fell.", (["John Lee", "Xu Wei"], "Hong Kong (ECNS) -- Snow fell.")),
        ("By John Lee, Xu Wei and Wu Hao (ECNS) -- Snow fell.", (["John Lee", "Xu Wei", "Wu Hao"], "(ECNS) -- Snow fell.")),
        ("By John Lee, Harbin, China (ECNS) -- Snow.", (["John Lee"], "Harbin, China (ECNS) -- Snow.")),
        ("By John Lee, CNS, Beijing (ECNS) -- Snow.", (["John Lee"], "Beijing (ECNS) -- Snow.")),
        ("By John Lee, Beijing and Wu Hao, Harbin (ECNS) -- Snow.", (["John Lee", "Wu Hao"], "(ECNS) -- Snow.")),
        ("By JOHN LEE (ECNS) -- Snow fell.", (["JOHN LEE"], "(ECNS) -- Snow fell.")),
        ("By John Lee, CNS HARBIN, Jan. 5 (ECNS) -- Snow.", (["John Lee"], "HARBIN, Jan. 5 (ECNS) -- Snow.")),
        ("By John Lee NEW YORK, the United States, Jan. 5 (ECNS) -- Snow.", (["John Lee"], "NEW YORK, the United States, Jan. 5 (ECNS) -- Snow.")),
    ],
)  # fmt: skip
def test_a_byline_may_share_its_paragraph_with_a_dateline(text: str, expected: tuple[list[str], str]) -> None:
    assert byline_before_dateline(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(ECNS) -- Snow fell.", "HARBIN, Jan. 5 (Xinhua) -- Snow fell.", "By John Lee", "By John Lee -- Snow fell.", "",
        "By Monday (ECNS) -- Snow had fallen.", "By the end of the year (Xinhua) -- as it said -- snow had fallen.",
        "By far the best of the agencies (AP) -- he says -- is fast.",
    ],
)  # fmt: skip
def test_a_paragraph_without_both_stays_as_it_is(text: str) -> None:
    assert byline_before_dateline(text) == ([], text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(ECNS) -- Snow fell.", True),
        ("April 24 (Xinhua) -- Snow fell.", True),
        ("HARBIN, Jan. 5 (Xinhua) -- Snow fell.", True),
        ("Snow fell in Harbin. (Xinhua)", False),
        ("(Xinhua)", False),
    ],
)
def test_a_dateline_may_have_no_place(text: str, expected: bool) -> None:
    assert begins_with_dateline(text) is expected


MARKED = st.lists(
    st.sampled_from("By by and , ( ) [ ] （ Photo Photo/ : / Xinhua -- BEIJING Sept. 30 Zhao Lei provided to in | . ，".split()),
    max_size=25,
).map(" ".join)  # fmt: skip


@given((MARKED | st.text()).filter(bool))
def test_any_paragraph_can_be_searched(text: str) -> None:
    assert credit(text) is None or credit(text)
    assert all(byline(text)) or byline(text) == []
    assert dateline(text) is None or dateline(text)
    names, rest = byline_before_dateline(text)
    assert names or rest == text


@given((MARKED | st.text()).filter(bool))
def test_every_mark_is_a_piece_of_the_text(text: str) -> None:
    assert [piece for piece in (credit(text), dateline(text), *byline(text)) if piece and piece not in text] == []


@pytest.mark.parametrize(
    "piece",
    [
        "(Photo by ", "(file ", "By A, ", "a ", "A. ", "(Photo/x (", "[", "AB, ", "( Xinhua ", "Photo/", "A.-'",
        "A, ", "A/", "A of ", "(Xinhua) ", "By Al (", "a.a-", ", the A ", "A/Xinhua via ",
    ],
)  # fmt: skip
def test_a_long_text_is_read_fast(piece: str) -> None:
    begun = time.process_time()  # a busy machine is slow, which says nothing of the patterns
    for text in (piece * 20_000 + ")", "By " + piece * 30, "By " + piece * 60 + "(Xinhua) -- x", "AB, " + piece * 60):
        credit(text), byline(text), dateline(text), byline_before_dateline(text), begins_with_dateline(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("language", ["es", "es-CO", "tr", "ja", "fr"])
def test_a_language_whose_forms_are_not_known_has_nothing_read_into_it(language: str) -> None:
    patterns = patterns_of(language)
    assert isinstance(patterns, NoPatterns)
    text = "By Zhao Lei"
    assert (patterns.byline(text), patterns.byline_before_dateline("By Zhao Lei (AFP) -- Snow.")[0]) == ([], [])
    assert (patterns.credit("Ice. (Photo/AFP)"), patterns.dateline("PARIS, May 2 (AFP) -- Snow.")) == (None, None)


@pytest.mark.parametrize("language", ["en", "en-GB", "EN", "und"])
def test_english_is_read_where_it_is_named_or_no_language_is(language: str) -> None:
    assert patterns_of(language).byline("By Zhao Lei") == ["Zhao Lei"]


def test_an_outlet_of_one_site_is_none_elsewhere() -> None:
    assert (credit("Ice. (CNS)"), English().credit("Ice. (CNS)")) == ("CNS", None)
    assert English().credit("Ice. (AFP)") == "AFP"
