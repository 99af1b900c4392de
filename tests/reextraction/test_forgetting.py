"""Which records of an archive belong to a forgotten article."""

from pathlib import Path

from ecnscrawl.reextraction.forgetting import clean_archive
from ecnscrawl.storage.archive.records import Records
from ecnscrawl.storage.forgetting import Forgotten
from ecnscrawl.storage.traces import Traces
from tests.storage.archive.samples import EXCHANGE, URL, exchange, responses


def test_a_further_page_belongs_to_its_article_whatever_its_address(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    path = folder / "20261123T073000Z-1a2b3c.warc.gz"
    other = exchange(url="https://www.ecns.cn/world/2026-11-23/detail-ihtest2.shtml")
    moved = exchange(url="https://cdn.ecns.cn/pages/71a.html", purpose="part", part=f"2 {URL}")
    written = Records(path.name, {"isPartOf": "ecns"}, "2026-11-23T07:30:00Z")
    path.write_bytes(b"".join([written.first, *written.of([EXCHANGE, other, moved])]))
    done = Forgotten()
    clean_archive(folder, Traces(urls={URL}), done)
    assert [found.url for found in responses(path)] == [other.url]
    assert done.removed == ["archive/: 4 records removed from 1 file"]
    assert done.unreached == []
