"""Install what the benchmarks compare with from PyPI, each into an environment of its own under `.peers/bench/`."""

import subprocess
import sys
from collections.abc import Sequence

from bench.ours import ROOT

ENVIRONMENTS = ROOT / ".peers" / "bench"


def python_with(requirements: Sequence[str], name: str) -> str:
    """Return the Python of the environment of this name, which is made if it is missing."""
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    if not python.exists():
        uv = (sys.executable, str(ROOT / "installing" / "uv.py"), "pip", "install", "--quiet", "--compile-bytecode")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", folder], check=True)
        try:
            subprocess.run([*uv, "--python", str(python), *requirements], check=True)
        except subprocess.CalledProcessError:
            python.unlink()
            raise
    return str(python)


def version_in(python: str, package: str) -> str:
    """Return the version of a package in an environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
