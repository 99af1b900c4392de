"""Requirements of tests: without them a test is skipped with a message; in CI it fails."""

import os
import shutil
from typing import NoReturn

import pytest


def need(tool: str) -> None:
    """Skip a test on a machine that lacks a program."""
    if shutil.which(tool) is None:
        lacking(f"{tool} is not installed; on Debian: apt install {tool}")


def lacking(message: str) -> NoReturn:
    """Skip the test with this message, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
