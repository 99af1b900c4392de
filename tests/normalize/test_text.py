"""Text as records contain it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.normalize.text import clean, has_words

ANY_TEXT = st.text(st.characters(exclude_categories=()))
WORDS = st.lists(st.from_regex(r"[A-Za-zÀ-ÿ一-龥0-9]{1,8}", fullmatch=True), max_size=12)
WHITE_SPACE = st.text(
    st.sampled_from(" \t\r\n\x0b\x0c\x85\xa0\u1680\u2002\u2009\u2028\u2029\u202f\u205f\u3000"), min_size=1
)
INVISIBLE = st.text(st.sampled_from("\0\x08\x1b\x7f\x80\x9f\xad\u200b\u200d\u200e\u202a\u202e\u2060\u2066\u2069\ufeff"))
SEEN_FORMAT_CHARACTERS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Snow in Harbin", "Snow in Harbin"),
        ("  Snow \n\t in  Harbin ", "Snow in Harbin"),
        ("Snow\xa0in\u3000Harbin", "Snow in Harbin"),
        ("Snow\u2028in\u2029Harbin", "Snow in Harbin"),
        ("Snow\x85in\x0bHarbin", "Snow in Harbin"),
        ("Sn\u200bow i\u00adn Har\u2060bin", "Snow in Harbin"),
        ("\ufeffSnow in Harbin\0", "Snow in Harbin"),
        ("\u202eSnow\u202c \u2066in\u2069 \u200fHarbin", "Snow in Harbin"),
        ("Sn\x07ow\x7f in\x9f Harbin", "Snow in Harbin"),
        ("Snow \ud800in Harbin", "Snow in Harbin"),
        ("\u200b \u200b", ""),
        ("São Paulo’s 北京 “café” – №5", "São Paulo’s 北京 “café” – №5"),
        ("\u0601\u0662\u0660", "\u0601\u0662\u0660"),
        ("", ""),
    ],
)
def test_text_is_on_one_line_without_invisible_characters(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Snow  \n\u3000in \u200bHarbin " * 30_000,
        "x" * 300_000,
        "  " + "x" * 99_999 + "  " + "y" * 300_000 + " z\n",
        " " * 300_000 + "x" + "\n" * 300_000,
        ("x" * 99_999 + " ") * 4,
        ("x" * 100_000 + " ") * 4,
        " " * 300_000,
    ],
    ids=len,
)
def test_a_long_text_is_cleaned_like_a_short_one(text: str) -> None:
    assert clean(text) == " ".join(text.replace("\u200b", "").split())


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_no_control_zero_width_or_bidirectional_character_is_left(text: str) -> None:
    left = set(clean(text)) - SEEN_FORMAT_CHARACTERS
    assert [hex(ord(each)) for each in left if unicodedata.category(each) in {"Cc", "Cf", "Cs"}] == []


@given(ANY_TEXT)
def test_the_only_white_space_left_is_single_blanks_between_words(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())


@given(WORDS, st.data())
def test_words_are_kept_in_order(words: list[str], data: st.DataObject) -> None:
    between = [data.draw(INVISIBLE) + data.draw(WHITE_SPACE) + data.draw(INVISIBLE) for _ in words]
    text = "".join(word + space for word, space in zip(words, between, strict=True))
    assert clean(text) == " ".join(words)


@given(st.from_regex(r"\w{1,8}", fullmatch=True), INVISIBLE)
def test_an_invisible_character_inside_a_word_does_not_split_it(word: str, invisible: str) -> None:
    middle = len(word) // 2
    assert clean(word[:middle] + invisible + word[middle:]) == clean(word)


@pytest.mark.parametrize("text", ["a", "7", "北", "-- 1 --", "é"])
def test_letters_and_digits_of_any_script_are_words(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize("text", ["", " ", "---", "***", " | ", "…"])
def test_punctuation_alone_is_no_words(text: str) -> None:
    assert not has_words(text)
