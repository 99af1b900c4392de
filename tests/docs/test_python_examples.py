"""The examples of docs/python.md print the documented output."""

import contextlib
import io
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, Block, blocks
from tests.exporters.library import Library
from tests.samples import article
from tests.saved_pages import articles, record_of
from tests.system.archives import Page, warc

EXAMPLES = blocks(ROOT / "docs" / "python.md", "python")
SHOWN = "https://www.ecns.cn/news/economy/2024-06-21/detail-ihekdvxp3958840.shtml"


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose data hold the article that is shown, and one from before the days that are asked for."""
    (saved,) = (page for page in articles() if page.url == SHOWN)
    record = record_of(saved)
    stored = article(1, id=record["id"], title=record["title"], published_at=record["published_at"])
    old = article(2, published_at="2023-12-31T15:59:59Z")
    Library(tmp_path).publish("20261123T120000Z-000001.jsonl", [old, stored])
    head = b'<title>The old ferry sails again</title><meta property="article:published_time" content="2026-11-20T06:00:00Z">'
    told = b"It left the harbour at dawn, with forty passengers and a piano that nobody had asked for. " * 5
    text = b"<h1>The old ferry sails again</h1><p>%s</p>" % told
    page = b"<html><head>%s</head><body><article>%s</article></body></html>" % (head, text)
    archived = Page("https://news.example.org/2026/11/20/the-old-ferry-sails-again", page)
    (tmp_path / "CC-NEWS-20261120.warc.gz").write_bytes(warc([archived]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES, ids=["articles", "to_json", "extract", "extract_warc"])
def test_an_example_prints_what_is_shown(example: Block, user_folder: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(example.text, {})
    assert printed.getvalue() == example.output
