"""Records that some readers misread: keys that are null in all but one of many files, texts that look like numbers."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecnscrawl.items import Image, Video, to_line
from tests.samples import article

WITHOUT = 40  #: files, more than a reader looks at before it decides on types
NULLABLE = ("summary", "body", "updated_at", "source", "editor", "dateline", "section")
LISTS = ("authors", "keywords", "images", "videos")

_SPARSE = article(1, kind="photo", title="2024", body=None, content_hash="0" * 64)
FULL = article(
    99,
    title="1e5",
    summary="007",
    body="2026-11-20\n\n0",
    updated_at="2026-11-24T01:02:03Z",
    source="1.0",
    editor="2024-01-01",
    authors=["12", "李雁"],
    dateline="true",
    section="3",
    keywords=["null", "0x10"],
    images=[
        Image("https://i2.chinanews.com/a.jpg"),
        Image("https://i2.chinanews.com/b.jpg", "'quoted', \"so\" {a: 1}", "5"),
    ],
    videos=[
        Video("https://i2.chinanews.com/c.mp4"),
        Video("https://i2.chinanews.com/c.mp4", "https://i2.chinanews.com/c.jpg", "NaN"),
    ],
)


def publish(folder: Path, *, compressed: bool) -> list[dict[str, Any]]:
    """Write the files, the full record's last; gives the records as they are. With `compressed` every other in gzip."""
    folder.mkdir(parents=True)
    records = [replace(_SPARSE, id=f"ecns:{number}") for number in range(WITHOUT)] + [FULL]
    for number, record in enumerate(records):
        line, name = to_line(record), f"20261123T{number // 60:02}{number % 60:02}00Z-000001.jsonl"
        if compressed and number % 2 == 0:
            folder.joinpath(f"{name}.gz").write_bytes(gzip.compress(line))
        else:
            folder.joinpath(name).write_bytes(line)
    return [json.loads(to_line(record)) for record in records]
