"""The Python interpreters of this machine, for tests that run under several of them."""

import shutil
import subprocess
from pathlib import Path


def python_of(version: str) -> str | None:
    """An interpreter of this version, such as `3.12`, that starts; None where there is none."""
    pyenv = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *map(str, pyenv)):
        if candidate and _is_of(candidate, version):
            return candidate
    return None


def _is_of(candidate: str, version: str) -> bool:
    says = "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:2])))"
    try:
        done = subprocess.run([candidate, "-c", says], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return False
    return done.stdout.strip() == version
