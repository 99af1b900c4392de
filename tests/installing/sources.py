"""Copies of the checkout, and the distributions that are built in them."""

import shutil
import subprocess
import sys
from pathlib import Path

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
