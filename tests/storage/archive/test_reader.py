"""Responses of WARC files of any form, whole and damaged."""

import gzip
import os
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ecnscrawl
from ecnscrawl.storage.archive.reader import ArchivedResponse, read_responses
from ecnscrawl.storage.archive.records import Records
from tests.storage.archive.samples import EXCHANGE, exchange
from tests.system.archives import Page, warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGES = [Page(f"https://a.example/{number}", b"page %d " % number * 200) for number in range(4)]
CONTENT = warc(PAGES)
#: Where the second record has its gzip flags: 4 says that a field follows, whose length is what comes next.
FLAGS = CONTENT.index(b"\x1f\x8b\x08", 1) + 3
NAME = "20261123T073000Z-1a2b3c.warc.gz"


def read(folder: Path, content: bytes) -> tuple[list[ArchivedResponse], list[str]]:
    """The responses, and what was wrong."""
    path = folder / "a.warc.gz"
    path.write_bytes(content)
    problems: list[str] = []
    return list(read_responses(path, lambda what, where: problems.append(f"{what}: {where}"))), problems


def test_responses_come_in_order_with_time_address_and_bytes(tmp_path: Path) -> None:
    found, problems = read(tmp_path, CONTENT)
    assert [each.url for each in found] == [page.url for page in PAGES]
    assert all(each.block.endswith(page.body) and each.at == page.at for each, page in zip(found, PAGES, strict=True))
    assert [each.number for each in found] == sorted({each.number for each in found})
    assert problems == []


def test_a_name_that_is_not_utf_8_is_escaped_in_what_is_sent_and_stored(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.warc.gz")
    path.write_bytes(CONTENT)
    first = next(read_responses(path, lambda *_: None))
    assert first.file == f"caf\\udce9.warc.gz:{len(CONTENT)}"
    assert first.place.startswith(f"{tmp_path}/caf\\udce9.warc.gz, record ")


def test_what_our_records_say_of_a_page_is_read(tmp_path: Path) -> None:
    written = Records(NAME, {"software": "ecnscrawl/0.1.0 x", "isPartOf": "ecns"}, "2026-11-23T07:30:00Z")
    rendered = exchange(is_rendered=True, body=b"<p>rendered</p>", headers=())
    other = exchange(url="https://www.ecns.cn/other", purpose="recheck")
    members = written.of([EXCHANGE, rendered, exchange(status=304, body=b""), other])
    found, problems = read(tmp_path, written.first + b"".join(members))
    assert [(each.url, each.rendered, each.purpose, each.site) for each in found] == [
        (EXCHANGE.url, b"<p>rendered</p>", None, "ecns"), (other.url, None, "recheck", "ecns"),
    ]  # fmt: skip
    assert problems == []


def test_a_name_of_a_site_is_believed_only_from_ourselves(tmp_path: Path) -> None:
    written = Records(NAME, {"software": "other/1", "isPartOf": "ecns"}, "2026-11-23T07:30:00Z")
    found, _ = read(tmp_path, written.first + b"".join(written.of([EXCHANGE])))
    assert [each.site for each in found] == [None]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cut=st.integers(0, len(CONTENT) - 1))
def test_a_file_that_is_cut_anywhere_gives_what_is_whole_and_says_so(tmp_path: Path, cut: int) -> None:
    found, problems = read(tmp_path, CONTENT[:cut])
    assert [each.url for each in found] == [page.url for page in PAGES[: len(found)]]
    assert all(each.block.endswith(page.body) for each, page in zip(found, PAGES, strict=False))
    assert problems or cut == 0 or _ends_a_member(cut)


PLAIN = warc(PAGES, is_compressed=False)
FORMS = {"plain": PLAIN, "zstd": zstd.compress(PLAIN)}


@pytest.mark.parametrize("form", FORMS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_file_of_another_form_that_is_cut_anywhere_says_so_too(
    tmp_path: Path, form: str, data: st.DataObject
) -> None:
    content = FORMS[form]
    cut = data.draw(st.integers(1, len(content) - 1))
    found, problems = read(tmp_path, content[:cut])
    assert [each.url for each in found] == [page.url for page in PAGES[: len(found)]]
    assert all(each.block.endswith(page.body) for each, page in zip(found, PAGES, strict=False))
    between = (b"\r\n\r\nWARC/", b"\n\r\nWARC/", b"\r\nWARC/", b"\nWARC/", b"WARC/")
    ends_a_record = form == "plain" and PLAIN.startswith(between, cut)
    assert problems or ends_a_record or len(content) - cut <= len(b"\r\n\r\n")


def test_what_is_damaged_in_an_uncompressed_file_costs_no_other_record(tmp_path: Path) -> None:
    at = PLAIN.index(b"WARC/1.0", len(PLAIN) // 2)
    for junk in (b"\0" * 300, b"JUNK\r\n" * 20):
        found, problems = read(tmp_path, PLAIN[:at] + junk + PLAIN[at:])
        assert [each.url for each in found] == [page.url for page in PAGES]
        assert [problem.rpartition(" ")[2] for problem in problems] == [str(at)]


def _ends_a_member(cut: int) -> bool:
    return CONTENT.startswith(b"\x1f\x8b\x08", cut)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0, len(CONTENT) - 1), damage=st.binary(min_size=1, max_size=40))
@example(at=FLAGS, damage=b"\x04")
@example(at=FLAGS, damage=b"\x1c")
def test_damage_anywhere_costs_some_records_and_never_the_rest(tmp_path: Path, at: int, damage: bytes) -> None:
    rest = CONTENT[at + len(damage) :] + warc([Page("https://a.example/last", b"last")])
    found, problems = read(tmp_path, CONTENT[:at] + damage + rest)
    assert found
    assert found[-1].url == "https://a.example/last"
    assert len({each.url for each in found}) == len(found)
    assert len(found) == len(PAGES) + 1 or problems


STARTS = [at for at in range(len(CONTENT)) if CONTENT.startswith(b"\x1f\x8b\x08", at)]  # of warcinfo, and of each pair


@pytest.mark.parametrize("record", range(len(STARTS)))
@pytest.mark.parametrize("byte", [3, 40, 120, -6])
def test_a_flipped_byte_costs_the_member_that_is_named_and_later_places_are_true(
    tmp_path: Path, record: int, byte: int
) -> None:
    begin, end = STARTS[record], [*STARTS, len(CONTENT)][record + 1]
    content = bytearray(CONTENT)
    content[(begin if byte > 0 else end) + byte] ^= 0x55
    found, problems = read(tmp_path, bytes(content))
    assert [problem.rpartition(" ")[2] for problem in problems] == [str(begin)]
    left = [number for number in range(1, len(STARTS), 2) if number != record]
    assert [each.number for each in found] == left
    assert [int(each.place.split("at byte ")[1].split(",")[0]) for each in found] == [STARTS[each] for each in left]


def test_a_damaged_large_member_is_named_once(tmp_path: Path) -> None:
    pages = [Page(f"https://a.example/{number}", random.Random(number).randbytes(300_000)) for number in range(2)]
    content = bytearray(warc(pages))
    content[len(content) // 4] ^= 0x55
    found, problems = read(tmp_path, bytes(content))
    assert [(each.url, each.number) for each in found] == [(pages[1].url, 3)]
    assert len(problems) == 1
    assert bytes(content).startswith(b"\x1f\x8b\x08", int(problems[0].partition("at byte ")[2].split(",")[0]))


def test_a_file_that_is_cut_off_is_named_where_its_last_record_begins(tmp_path: Path) -> None:
    _, problems = read(tmp_path, CONTENT[: STARTS[-1] + 20])
    assert [problem.rpartition(" ")[2] for problem in problems] == [str(STARTS[-1])]
    last = PLAIN.rindex(b"WARC/1.0")
    _, problems = read(tmp_path, PLAIN[: last + 20])
    assert [problem.rpartition(" ")[2] for problem in problems] == [str(last)]


@pytest.mark.parametrize("name", ["pipe", "-"])
def test_a_pipe_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(OSError, match="cannot be read from a pipe; save it to a file") as refused:
        next(iter(ecnscrawl.extract_warc(name)))
    assert refused.value.filename == name


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x1f\x8b\x08", b"\x1f\x8b", b"\0" * 2000, gzip.compress(b"no archive" * 100, mtime=0)]
)
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    found, problems = read(tmp_path, content)
    assert found == []
    assert len(problems) == 1
