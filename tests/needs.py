"""What a test needs of its machine: without it the test is skipped, aloud; CI has to have it."""

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
