"""docs/adding-a-site.md: its files are those of the second site, and its steps lead to a site that is crawled."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from replica import Replica
from replica.saved_site import saved_sites
from tests.docs.checkout import Checkout
from tests.docs.markdown import ROOT, blocks

ADDING = ROOT / "docs" / "adding-a-site.md"
SECOND_SITE = ROOT / "tests" / "second_site"
FILES = {
    "ecnscrawl/sites/gaceta.py": "site.py",
    "ecnscrawl/pages/gaceta.py": "page.py",
    "ecnscrawl/spiders/gaceta.py": "spider.py",
}
EXTRACT = """
import pathlib, ecnscrawl
page = pathlib.Path("fixtures/html/gaceta/103-titeres.html").read_bytes()
article = ecnscrawl.extract(page, "http://www.gaceta.example/nota.php?id=103")
print(article.id, article.site)
"""
_NAMED = re.compile(r"^`(ecnscrawl/[\w/.]+)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OWN_IMPORT = re.compile(r"^from (?:ecnscrawl|tests)\..*\n", re.MULTILINE)
_TIME, _RUN = re.compile(r"seconds=\d+"), re.compile(r"file=\S+")


def documented() -> dict[str, str]:
    """The files in the document, by name."""
    return dict(_NAMED.findall(ADDING.read_text(encoding="utf-8")))


def command(beginning: str) -> str:
    (found,) = (block.text for block in blocks(ADDING, "sh") if block.text.startswith(beginning))
    return found.strip()


@pytest.mark.parametrize("name", FILES)
def test_a_file_to_write_is_that_of_the_second_site(name: str) -> None:
    tested = (SECOND_SITE / FILES[name]).read_text(encoding="utf-8")
    assert _OWN_IMPORT.sub("", documented()[name]) == _OWN_IMPORT.sub("", tested)
    assert "tests." not in documented()[name]


def test_the_entry_of_the_manifest_is_one_of_the_second_site() -> None:
    (entry,) = (json.loads(block.text) for block in blocks(ADDING, "json"))
    manifest = json.loads((SECOND_SITE / "fixtures" / "manifest.json").read_bytes())["gaceta"]
    assert entry in manifest


@pytest.mark.system
def test_the_steps_lead_to_a_site_that_is_crawled(tmp_path: Path) -> None:
    for folder in ("ecnscrawl", "replica", "fixtures"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    saved = SECOND_SITE / "fixtures"
    with Replica(list(saved_sites(saved))) as replica:
        checkout = Checkout.make(tmp_path, replica.environment())
        ours = {"PYTHONPATH": str(tmp_path)}
        for name, text in documented().items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        assert checkout.shell(".venv/bin/scrapy list", **ours).stdout.split() == ["ecns", "gaceta"]
        ended = checkout.shell(command(".venv/bin/scrapy fixture"), **ours)
        assert (ended.returncode, ended.stderr) == (0, "")
    read = checkout.shell(f".venv/bin/python -c {shlex.quote(EXTRACT)}", **ours)
    assert (read.stdout.split(), read.stderr) == (["gaceta:103", "gaceta"], "")
    made = json.loads((tmp_path / "fixtures/expected/gaceta/103-titeres.json").read_bytes())
    assert made == json.loads((saved / "expected/gaceta/103-titeres.json").read_bytes())

    shutil.copytree(saved / "html" / "gaceta", tmp_path / "fixtures" / "html" / "gaceta", dirs_exist_ok=True)
    manifest = json.loads((tmp_path / "fixtures" / "manifest.json").read_bytes())
    manifest |= json.loads((saved / "manifest.json").read_bytes())
    (tmp_path / "fixtures" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    crawl = command(".venv/bin/python -m replica")
    (shown,) = (block.output for block in blocks(ADDING, "sh") if block.text.strip() == crawl)
    for expected in ((shown or "").strip(), "gaceta healthy new=0 updated=0 unchanged=0 failed=0 seconds=2 file=-"):
        ended = checkout.shell(crawl, **ours)
        assert ended.returncode == 0
        assert _plain(ended.stderr) == _plain(expected)
    for line in ("scrapy status gaceta", "scrapy export gaceta.csv --site gaceta"):
        assert f"`.venv/bin/{line}`" in ADDING.read_text(encoding="utf-8")
        assert checkout.shell(shlex.join([f".venv/bin/{line.split()[0]}", *line.split()[1:]]), **ours).returncode == 0


def _plain(line: str) -> str:
    return (
        _RUN.sub("file=…", _TIME.sub("seconds=…", line.strip()))
        if "file=-" not in line
        else _TIME.sub("seconds=…", line.strip())
    )
