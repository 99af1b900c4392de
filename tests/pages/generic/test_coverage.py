"""How far an extractor read the blocks of a page."""

from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.generic.coverage import coverage

texts = st.lists(st.text("abc xyz.", min_size=1, max_size=40).map(str.strip).filter(bool), max_size=8)


def test_a_block_that_was_read_with_others_in_one_paragraph_is_covered() -> None:
    blocks = ["The ferry stops in March.", "A boat goes at seven.", "Sign up for our letters"]
    assert coverage(blocks, ["The ferry stops in March. A boat goes at seven."]) == [1.0, 1.0, 0.0]


def test_of_a_text_that_stands_twice_the_one_in_the_midst_of_what_was_read_is_covered() -> None:
    blocks = ["The ferry stops.", "Menu", "Weather", "Sport", "Letters", "First.", "The ferry stops.", "Last."]
    assert coverage(blocks, ["First.", "The ferry stops.", "Last."]) == [0, 0, 0, 0, 0, 1, 1, 1]


def test_a_part_counts_by_its_runs_of_words() -> None:
    covered = coverage(["one two three four five six"], ["one two three four"])
    assert covered == [0.5]


@given(texts, texts)
def test_shares_lie_between_0_and_1_one_for_each_block(blocks: list[str], read: list[str]) -> None:
    shares = coverage(blocks, read)
    assert len(shares) == len(blocks)
    assert all(0 <= share <= 1 for share in shares)


@given(texts)
def test_what_was_read_whole_is_covered_whole(blocks: list[str]) -> None:
    clean = [" ".join(text.split()) for text in blocks]
    assert coverage(clean, clean) == [1.0] * len(clean)
