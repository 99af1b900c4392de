"""The Chromium for tests; without one they are skipped with a message, and fail in CI."""

import os
import shutil

import pytest


def chromium() -> str:
    """The path of a Chromium."""
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if path is None:
        missing = "no Chromium: install `chromium`, or name one with CHROMIUM_PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path
