"""Redaction of secrets and escaping of control characters."""

import logging
import subprocess
import sys

import pytest

from ecnscrawl.redaction import SanitizedLogRecord, redact, redact_document, sanitize


@pytest.mark.parametrize(
    "address",
    [
        "ftp://desk:s3cret@host/x",
        "http://desk:s3/cret@host:8080",
        "http://desk:s3@cret@host/x",
        "https://s3cret@host/x",
        "http://:s3cret@host",
    ],
)
def test_the_user_info_of_a_url_is_redacted(address: str) -> None:
    text = redact(f"storing in: {address} failed")
    assert "s3" not in text
    assert "cret" not in text
    assert "://***@host" in text
    assert text.startswith("storing in: ")
    assert text.endswith(" failed")


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8080/a@b", "https://host/@someone", "mail news-desk@example.org", "https://host/x?y=a@b", "GET http://host:80 a@b",
        "https://host, https://other", "",
    ],
)  # fmt: skip
def test_urls_without_user_info_are_unchanged(text: str) -> None:
    assert redact(text) == text


def test_all_strings_of_a_document_are_redacted_but_not_its_keys() -> None:
    document = {"key": ["ftp://a:b@h/x", {"n": 1, "none": None}], "plain": True}
    assert redact_document(document) == {"key": ["ftp://***@h/x", {"n": 1, "none": None}], "plain": True}


def test_control_characters_are_escaped_and_line_ends_stay() -> None:
    assert sanitize("one\n\ttwo\x1b[2J\r\x9b\u202e\u2028\udcff") == "one\n\ttwo\\x1b[2J\\r\\x9b\\u202e\\u2028\\udcff"


def test_a_log_record_is_sanitized_with_its_traceback() -> None:
    try:
        raise ValueError("ftp://desk:s3cret@host/ \x1b[2J")
    except ValueError:
        record = SanitizedLogRecord("x", logging.ERROR, "x.py", 1, "%s", ("http://a:s3cret@h\x1b",), sys.exc_info())
    line = logging.Formatter().format(record)
    assert "Traceback" in line
    assert "s3cret" not in line
    assert "\x1b" not in line


@pytest.mark.system
def test_a_secret_that_is_part_of_another_leaves_nothing_of_the_longer_one() -> None:
    script = """
from scrapy.settings import Settings
from ecnscrawl.redaction import redact, register_secrets
parts = ["desk", "desk-2024-xyz", "2024", "desk-2024"]
register_secrets(Settings({f"A{number}_PASSWORD": each for number, each in enumerate(parts)}), {})
print(redact("the password is desk-2024-xyz"))
"""  # in a process of its own, which is what secrets are kept for
    command = [sys.executable, "-c", script]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "the password is ***\n"
