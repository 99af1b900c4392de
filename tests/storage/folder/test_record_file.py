"""The hidden file of a run: who has it open."""

from pathlib import Path

from ecnscrawl.storage import jsonl
from ecnscrawl.storage.folder.record_file import RecordFile, is_open


def test_a_file_is_open_until_it_is_published(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, "a.jsonl")
    file.append(b"{}\n")
    file.sync()
    assert is_open(jsonl.part_of(tmp_path, "a.jsonl"))
    file.publish()
    assert not is_open(tmp_path / "a.jsonl")


def test_a_mark_commits_what_was_appended_before_it(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, "a.jsonl")
    file.append(b"{}\n")
    mark = file.mark
    file.append(b"[]\n")
    file.sync()
    file.commit(mark)
    file.cut()
    assert (file.size, file.records) == mark == (3, 1)
    assert file.publish().read_bytes() == b"{}\n"
