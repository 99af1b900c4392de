"""Copies of the checkout, and the distributions that are built in them."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.crawling import ROOT

#: What `make` and the tests leave in a checkout.
_BUILT = shutil.ignore_patterns(
    ".git", ".venv", ".peers", ".*_cache", ".hypothesis", ".scrapy", "__pycache__", "*.egg-info", "build", "dist",
    "data", "demo-data", "articles.sql", "articles.sqlite",
)  # fmt: skip
#: The time that files in the distributions get, as it is the time of no build.
EPOCH = "1700000000"


def copy_of_the_checkout(folder: Path) -> Path:
    """Copy all that is in the repository into an empty folder."""
    return Path(shutil.copytree(ROOT, folder, ignore=_BUILT, dirs_exist_ok=True))


def distributions(checkout: Path) -> Path:
    """Build the distributions as `make dist` does; returns their folder."""
    subprocess.run(
        [sys.executable, checkout / "installing" / "dist.py"],
        cwd=checkout, env={"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    return checkout / "dist"


def built_distributions(folders: pytest.TempPathFactory) -> Path:
    """Return the folder of the distributions of this checkout, built by the first of all test modules that needs them.

    It is to be read only: the modules run in several processes, at the same time.
    """
    shared = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of all workers
    sources = shared / "sources"
    with (shared / "sources.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (sources / "dist" / "SHA256SUMS").exists():
            shutil.rmtree(sources, ignore_errors=True)  # a build that failed
            distributions(copy_of_the_checkout(sources))
    return sources / "dist"
