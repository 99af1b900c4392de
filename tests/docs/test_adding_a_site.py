"""docs/adding-a-site.md: its files are those of the second site, and its steps lead to a site that is crawled."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ecnscrawl.testing.fixtures import EXPECTED_KEYS
from replica import Replica
from replica.saved_site import saved_sites
from tests.docs.checkout import Checkout
from tests.docs.markdown import ROOT, blocks, shortened

ADDING = ROOT / "docs" / "adding-a-site.md"
SECOND_SITE = ROOT / "tests" / "second_site"
FILES = {
    "ecnscrawl/sites/gaceta.py": "site.py",
    "ecnscrawl/pages/gaceta.py": "page.py",
    "ecnscrawl/spiders/gaceta.py": "spider.py",
}
TEST = ".venv/bin/python -m pytest -q tests/sites/test_gaceta.py"
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


def commands() -> list[str]:
    """The commands of the document, in their order; one that goes on after a `\\` is one."""
    lines = "".join(block.text for block in blocks(ADDING, "sh")).replace("\\\n", "").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_fewer_than_fifteen_commands_lead_to_a_green_test_and_to_a_crawl() -> None:
    to_green = len(commands()) - commands()[::-1].index(TEST)
    assert to_green <= 7
    assert len(commands()) < 15


def write(name: str, checkout: Checkout) -> None:
    """Bring a file of the checkout to what the document shows."""
    (checkout.root / name).write_text(documented()[name], encoding="utf-8")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Somebody with a checkout that knows nothing of the site, which the replica serves, and who has begun it."""
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("ecnscrawl", "replica", "fixtures"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return Checkout.make(root, {})


@pytest.mark.system
def test_the_steps_lead_to_a_green_test_and_to_a_site_that_is_crawled(stranger: Checkout) -> None:
    saved = SECOND_SITE / "fixtures"
    with Replica(list(saved_sites(saved))) as replica:
        checkout = Checkout(stranger.root, replica.environment())
        _begin(checkout)
        _save_and_review(checkout, saved)
    _crawl(checkout, saved)


def _shell(checkout: Checkout, command: str) -> "subprocess.CompletedProcess[str]":
    return checkout.shell(command, PYTHONPATH=str(checkout.root))


def _begin(checkout: Checkout) -> None:
    begin = command(".venv/bin/scrapy genspider")
    ended = _shell(checkout, begin)
    assert (ended.returncode, ended.stderr) == (0, "")
    (shown,) = (block.output or "" for block in blocks(ADDING, "sh") if block.text.strip() == begin)
    assert ended.stdout.startswith(shown.removesuffix("…\n"))
    spider = "ecnscrawl/spiders/gaceta.py"
    assert (checkout.root / spider).read_text(encoding="utf-8") == documented()[spider]
    assert {"ecns", "gaceta"} <= set(_shell(checkout, ".venv/bin/scrapy list").stdout.split())
    _fails_as_shown(checkout, TEST)
    write("ecnscrawl/sites/gaceta.py", checkout)


def _save_and_review(checkout: Checkout, saved: Path) -> None:
    ended = _shell(checkout, command(".venv/bin/scrapy fixture '"))
    assert (ended.returncode, ended.stderr) == (0, "")
    read = _shell(checkout, f".venv/bin/python -c {shlex.quote(EXTRACT)}")
    assert (read.stdout.split(), read.stderr) == (["gaceta:103", "gaceta"], "")
    _fails_as_shown(checkout, command(f"{TEST} -k"))
    asked = re.findall(r"show this (\w+) to its reader", _shell(checkout, TEST).stdout)
    assert list(dict.fromkeys(asked)) == list(EXPECTED_KEYS)  # with CI set, the summary of pytest shows them again

    expected = Path("expected/gaceta/103-titeres.json")
    shutil.copy(saved / expected, checkout.root / "fixtures" / expected)  # as a reader corrects it
    assert _shell(checkout, command(".venv/bin/scrapy fixture --reviewed")).returncode == 0
    assert "103-titeres-layout" in _shell(checkout, TEST).stdout  # the generated page class knows no layout of the site
    write("ecnscrawl/pages/gaceta.py", checkout)
    green = _shell(checkout, TEST)
    (shown,) = (block.output or "" for block in blocks(ADDING, "sh") if (block.output or "").startswith("..."))
    assert green.returncode == 0, green.stdout
    assert shortened(shown).match(green.stdout)


def _fails_as_shown(checkout: Checkout, command: str) -> None:
    ended = _shell(checkout, command)
    shown = next(block.output for block in blocks(ADDING, "sh") if block.text.strip() == command)
    assert ended.returncode == 1
    assert shortened(shown or "").search(ended.stdout), ended.stdout


def _crawl(checkout: Checkout, saved: Path) -> None:
    root = checkout.root
    shutil.copytree(saved / "html" / "gaceta", root / "fixtures" / "html" / "gaceta", dirs_exist_ok=True)
    manifest = json.loads((root / "fixtures" / "manifest.json").read_bytes())
    manifest |= json.loads((saved / "manifest.json").read_bytes())
    (root / "fixtures" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    crawl = command(".venv/bin/python -m replica")
    (shown,) = (block.output for block in blocks(ADDING, "sh") if block.text.strip() == crawl)
    for expected in ((shown or "").strip(), "gaceta healthy new=0 updated=0 unchanged=0 failed=0 seconds=2 file=-"):
        ended = _shell(checkout, crawl)
        assert ended.returncode == 0
        assert _plain(ended.stderr) == _plain(expected)
    for line in ("scrapy status gaceta", "scrapy export gaceta.csv --site gaceta"):
        assert f"`.venv/bin/{line}`" in ADDING.read_text(encoding="utf-8")
        assert _shell(checkout, shlex.join([f".venv/bin/{line.split()[0]}", *line.split()[1:]])).returncode == 0


def _plain(line: str) -> str:
    return (
        _RUN.sub("file=…", _TIME.sub("seconds=…", line.strip()))
        if "file=-" not in line
        else _TIME.sub("seconds=…", line.strip())
    )
