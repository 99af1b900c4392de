"""The files in `gone/` and `published/` have the form that the data dictionary describes."""

import json
from datetime import UTC, datetime
from pathlib import Path

from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.gone_file import GoneFile
from ecnscrawl.storage.folder.published_records import of_article
from tests.docs.markdown import DICTIONARY, blocks
from tests.samples import article, known

GONE, PUBLISHED = (block.text for block in blocks(DICTIONARY, "jsonl"))
NAME = "20261123T073000Z-1a2b3c.jsonl"


def test_a_line_of_gone_has_the_keys_of_the_example(tmp_path: Path) -> None:
    file = GoneFile(tmp_path, NAME)
    file.add_gone(known(article()), int(datetime(2026, 11, 23, 7, 31, 2, tzinfo=UTC).timestamp()))
    file.sync()
    file.commit()
    file.publish()
    example = json.loads(GONE)
    written = json.loads((tmp_path / NAME).read_bytes())
    assert list(written) == list(example)
    assert written["first_gone_at"] == example["first_gone_at"]


def test_a_file_of_ids_has_the_form_of_the_example(tmp_path: Path) -> None:
    ids_file.write(tmp_path, NAME, [of_article(article(published_at="2024-06-20T23:58:00Z"))])
    (path,) = tmp_path.iterdir()
    line, end = (json.loads(text) for text in path.read_bytes().splitlines())
    example, example_end = (json.loads(text) for text in PUBLISHED.splitlines())
    assert [type(value) for value in line] == [type(value) for value in example]
    assert line[4] == example[4]
    assert list(end) == list(example_end)
    assert len(end["crc32"]) == len(example_end["crc32"])
