"""Packages that the project does not lock, each in a folder of its own, made when a test needs it."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.docs.markdown import ROOT
from tests.needs import lacking


def peer(requirement: str) -> Path:
    """A folder to put before others on PYTHONPATH; skips the test where the package cannot be downloaded."""
    folder = ROOT / ".peers" / requirement
    if folder.is_dir():
        return folder
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        uv = Path(sys.executable).with_name("uv")
        target = Path(made) / "packages"
        done = subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", target, requirement],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            lacking(f"{requirement} cannot be downloaded: {done.stderr.strip()[-300:]}")
        if not folder.is_dir():  # else another test process was faster
            target.rename(folder)
    return folder
