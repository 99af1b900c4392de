"""Nothing is read of a gzip member or zstd frame whose checksum is wrong, however many records it has."""

import gzip
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.storage.archive.test_reader import read
from tests.system.archives import Page, warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def noise(seed: int, length: int) -> bytes:
    """What no compression makes smaller, so that the file is longer than any buffer of its reader."""
    return random.Random(seed).randbytes(length)


PAGES = [Page(f"https://a.example/{number}", noise(number, 30_000) + b"page %d " % number * 50) for number in range(8)]
PLAIN = warc(PAGES, is_compressed=False)
FORMS = {
    "gzip": gzip.compress(PLAIN, mtime=0),
    "zstd": zstd.compress(PLAIN, options={zstd.CompressionParameter.checksum_flag: 1}),
}
LAST = warc([Page("https://a.example/last", b"last")])

bounded = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@pytest.mark.parametrize("form", FORMS)
def test_a_member_of_many_records_is_read_whole(tmp_path: Path, form: str) -> None:
    found, problems = read(tmp_path, FORMS[form])
    assert [(each.url, each.block.endswith(page.body)) for each, page in zip(found, PAGES, strict=True)] == [
        (page.url, True) for page in PAGES
    ]
    assert problems == []
    assert all(" at byte 0, " in each.place for each in found)


@pytest.mark.parametrize("form", FORMS)
@bounded
@given(data=st.data(), bit=st.integers(0, 7))
def test_of_a_damaged_member_of_many_records_none_is_read(
    tmp_path: Path, form: str, data: st.DataObject, bit: int
) -> None:
    content = bytearray(FORMS[form])
    content[data.draw(st.integers(4, len(content) - 1))] ^= 1 << bit
    found, problems = read(tmp_path, bytes(content))
    if found:  # the bit says nothing of the records, such as the time in the head of a gzip member
        assert [each.block for each in found] == [each.block for each in read(tmp_path, FORMS[form])[0]]
    else:
        assert len(problems) == 1
        assert problems[0].startswith(("damaged (", "not a WARC file: "))
        assert problems[0].endswith(" at byte 0")


@pytest.mark.parametrize("at", [0.001, 0.5, 0.999])
def test_a_damaged_member_is_called_damaged_and_what_follows_it_is_read(tmp_path: Path, at: float) -> None:
    content = bytearray(FORMS["gzip"])
    content[max(60, int(len(content) * at))] ^= 0x10
    found, problems = read(tmp_path, bytes(content) + LAST)
    assert [each.url for each in found] == ["https://a.example/last"]
    assert [problem[:8] for problem in problems] == ["damaged "]
    found, problems = read(tmp_path, bytes(content))
    assert found == []
    assert [problem[:8] for problem in problems] == ["damaged "]


@bounded
@given(cut=st.integers(400, len(FORMS["gzip"]) - 1))
def test_a_member_that_is_only_cut_off_keeps_the_records_before_the_cut(tmp_path: Path, cut: int) -> None:
    found, problems = read(tmp_path, FORMS["gzip"][:cut])
    assert [each.url for each in found] == [page.url for page in PAGES[: len(found)]]
    assert all(each.block.endswith(page.body) for each, page in zip(found, PAGES, strict=False))
    assert len(found) >= cut * len(PAGES) // len(FORMS["gzip"]) - 2
    assert problems[-1].startswith("cut off: ")


def test_a_record_is_not_given_before_the_checksum_of_its_member_is_known(tmp_path: Path) -> None:
    start = PLAIN.index(b"WARC/", 1)
    member = bytearray(gzip.compress(PLAIN[start : PLAIN.index(b"WARC/", start + 1)], 0, mtime=0))
    member[5_000] ^= 0x10  # of a stored block, whose damage shows in the checksum alone
    for length in range(-40, 40, 8):  # of what stands before, so that the checksum comes with another piece
        before = warc([Page("https://a.example/first", noise(1, 131_072 - len(member) + length))])
        found, problems = read(tmp_path, before + bytes(member) + LAST)
        assert [each.url for each in found] == ["https://a.example/first", "https://a.example/last"]
        assert len(problems) == 1


def test_records_that_stand_plainly_in_a_damaged_member_are_not_read(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(PLAIN, 0, mtime=0))  # stored: it has the heads of the records as they are
    content[len(content) // 2] ^= 0x10
    found, _ = read(tmp_path, bytes(content) + LAST)
    assert [each.url for each in found] == ["https://a.example/last"]


def test_a_wrong_checksum_of_several_records_is_named_with_what_was_lost(tmp_path: Path) -> None:
    content = bytearray(FORMS["gzip"])
    content[-6] ^= 1
    found, problems = read(tmp_path, bytes(content) + LAST)
    assert [each.url for each in found] == ["https://a.example/last"]
    reason = "damaged (wrong checksum of a member with several records; none was read)"
    assert [problem[: len(reason)] for problem in problems] == [reason]
