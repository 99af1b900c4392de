"""The examples that read records run as they are written, and print the documented output."""

import json
from typing import Any

import pytest

from ecnscrawl.items import Article
from tests.docs.checkout import Checkout
from tests.docs.markdown import DICTIONARY, READING, README, TROUBLE, Block, blocks, shortened
from tests.docs.report_keys import REPORT
from tests.needs import need
from tests.samples import Begin

pytestmark = pytest.mark.system

(RECORD,) = blocks(README, "json")
SHELL = {block.text.split()[0]: block for block in blocks(README, "sh", "Read it") + blocks(READING, "sh", "DuckDB")}
(CONTENT_HASH,) = blocks(DICTIONARY, "python")
(REJECTED,) = blocks(DICTIONARY, "json")


def test_the_record_that_is_shown_is_one_of_the_demo(demo_records: dict[str, dict[str, Any]]) -> None:
    shown = json.loads(RECORD.text)
    record = demo_records[shown["id"]]
    assert list(shown) == list(record)
    for key, value in shown.items():
        assert shortened(json.dumps(value, ensure_ascii=False)).fullmatch(json.dumps(record[key], ensure_ascii=False))


def test_the_example_for_jq_gives_what_is_shown(demo: Checkout) -> None:
    need("jq")
    assert_gives(demo, SHELL["gzip"].text, SHELL["gzip"])


def test_the_example_for_duckdb_gives_what_is_shown(demo: Checkout) -> None:
    assert_gives(demo, SHELL[".venv/bin/scrapy"].text, SHELL[".venv/bin/scrapy"])


def assert_gives(demo: Checkout, command: str, block: Block) -> None:
    ended = demo.shell(command)
    assert ended.returncode == 0, ended.stderr
    assert block.output is not None
    assert shortened(block.output.strip("\n")).fullmatch(ended.stdout.strip("\n")), ended.stdout


def test_no_example_is_left_untried() -> None:
    assert set(SHELL) == {"gzip", ".venv/bin/scrapy"}


def test_the_documented_digest_is_that_of_the_records(demo_records: dict[str, dict[str, Any]]) -> None:
    documented: dict[str, Any] = {}
    exec(CONTENT_HASH.text, documented)
    differing = [
        id_ for id_, record in demo_records.items() if documented["content_hash"](record) != record["content_hash"]
    ]
    assert demo_records
    assert differing == []


def test_the_documented_form_of_a_rejected_record_is_its_form(begin: Begin) -> None:
    run = begin()
    run.reject(Article(id="ecns:1"), ["no publication time"])
    run.finish()
    (file,) = (run.folder / "rejected").glob("*.jsonl")
    kept, shown = json.loads(file.read_bytes()), json.loads(REJECTED.text)
    assert list(kept) == list(shown)
    assert kept["reasons"] == shown["reasons"]
    assert list(kept["record"]) == list(Article.__dataclass_fields__)


@pytest.mark.parametrize("command", [line for block in blocks(REPORT, "sh") for line in block.text.splitlines()])
def test_an_example_of_what_a_report_tells_runs(demo: Checkout, command: str) -> None:
    need("jq")
    ended = demo.shell(command.replace("data/ecns", "demo-data/ecns"))
    assert ended.returncode == 0, ended.stderr
    assert isinstance(json.loads(ended.stdout), dict)


def test_the_example_for_the_report_runs(demo: Checkout) -> None:
    need("jq")
    (command,) = (block.text for block in blocks(TROUBLE, "sh") if block.text.startswith("jq "))
    ended = demo.shell(command.replace("data/ecns", "demo-data/ecns"))
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["status"] == "healthy"
