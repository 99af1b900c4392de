"""The archive that wget itself writes makes the records of a crawl: gzip and plain, whole and cut at its end."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica, Site
from tests.needs import need
from tests.system.archives import records_in
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

STORIES = [Story(number) for number in (1, 2, 3)]


@pytest.mark.parametrize("is_compressed", [True, False], ids=["gzip", "plain"])
def test_an_archive_of_wget_makes_the_records_of_a_crawl_and_its_cut_end_is_named(
    serve: Callable[[Site], Replica], tmp_path: Path, is_compressed: bool
) -> None:
    need("wget")
    stand = Newsstand()
    stand.publish(*STORIES)
    environment = serve(stand.site).environment()
    certificate = f"--ca-certificate={environment['SSL_CERT_FILE']}"
    form = [] if is_compressed else ["--no-warc-compression"]
    words = [
        "wget",
        "-q",
        "-O",
        os.devnull,
        f"--warc-file={tmp_path / 'site'}",
        "--no-warc-keep-log",
        certificate,
        *form,
    ]
    subprocess.run([*words, *(story.url for story in STORIES)], env=os.environ | environment, check=True)
    (archive,) = tmp_path.glob("site.warc*")
    crawl = Crawl(tmp_path / "data", environment)
    crawl.run("-a", f"urls={','.join(story.url for story in STORIES)}")

    def reextracted(out: str, status: int, what: str) -> dict[str, dict[str, object]]:
        ended = crawl.scrapy("reextract", str(archive), "--out", str(tmp_path / out), "--site", "ecns")
        assert (ended.status, what in ended.err) == (status, True), ended.err
        return {record["id"]: record | {"fetched_at": None} for record in records_in(tmp_path / out / "ecns")}

    stored = {record["id"]: record | {"fetched_at": None} for record in crawl.records}
    assert reextracted("whole", 0, "bad=0") == stored
    content = archive.read_bytes()
    archive.write_bytes(content[: content.rindex(b"\x1f\x8b\x08" if is_compressed else b"WARC/1.0") - 900])
    cut = reextracted("cut", 3, "cut off")
    assert cut == {id_: stored[id_] for id_ in cut}
    assert 0 < len(cut) <= len(stored)
