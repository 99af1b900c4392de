"""The query syntax of a search: that of FTS5, and words with a minus sign."""

import doctest

import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters import search_query
from ecnscrawl.exporters.search_query import check_search, to_fts5


def test_the_examples_are_true() -> None:
    assert doctest.testmod(search_query).failed == 0


@pytest.mark.parametrize(
    "search",
    ["bridge", "bridge ferry", "bridge AND (ferry OR tower)", '"two towers"', "brid*", "^bridge", "title : bridge",
     "- title : bridge", "-title : bridge", "{title captions} : bridge", "NEAR(bridge tower, 5)", "a NOT b", '"a -b"'],
)  # fmt: skip
def test_what_fts5_understands_stays(search: str) -> None:
    assert check_search(search) == search


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ("bridge -ferry", "(bridge) NOT (ferry)"),
        ("-ferry bridge", "(bridge) NOT (ferry)"),
        ("a OR b -c -d", "(a OR b) NOT (c OR d)"),
        ('a -"b c"', '(a) NOT ("b c")'),
        ('a "b -c" -d*', '(a "b -c") NOT (d*)'),
        ("桥 -船", "(桥) NOT (船)"),
        ("大桥 -渡船", '("大 桥") NOT ("渡 船")'),
    ],
)
def test_what_has_a_minus_sign_is_left_out_of_the_whole_result(search: str, query: str) -> None:
    assert " ".join(to_fts5(search).split()) == query
    check_search(search)


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ("桥", "桥"),
        ("大桥", '"大 桥"'),
        ("大桥 AND 渡船", '"大 桥" AND "渡 船"'),
        ('"大桥 通车"', '"大 桥 通 车"'),
        ("title : 大桥", 'title : "大 桥"'),
        ("大桥*", '"大 桥"*'),
        ("5G基站", '"5G 基 站"'),
        ("かもめ号", '"か も め 号"'),
        ('"say ""大桥"""', '"say "" 大 桥 """'),
        ("déjà vu", "déjà vu"),
    ],
)
def test_a_chinese_word_is_a_phrase_of_its_characters(search: str, query: str) -> None:
    assert to_fts5(search) == query
    check_search(search)


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ("", "--search is empty; name words to search for"),
        (" \t", "--search is empty"),
        ("-ferry", "only says what to leave out; name a word to search for, too"),
        (
            "covid-19",
            "cannot be understood: put what is not only letters and digits into double quotes, as in '\"covid-19\"'",
        ),
        ("it's", "cannot be understood: put what is not only letters and digits into double quotes"),
        ("a AND", "cannot be understood: it ends too early: a word is missing after AND, OR, NOT, colon or"),
        ('"a', "cannot be understood: a double quote is not closed"),
        ('"大桥', "cannot be understood: a double quote is not closed"),
        ("(a", "cannot be understood: it ends too early: "),
        ("a (b -c)", "cannot be understood"),
        (
            "headline : a",
            "there is no part 'headline' of an article to search in; known are title, summary, body, captions",
        ),
        ("-a OR", "cannot be understood"),
    ],
)
def test_what_cannot_be_understood_is_refused(search: str, reason: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        check_search(search)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
