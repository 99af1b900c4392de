"""Disks for tests: small, read-only, or removed while they are used."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest


@dataclass
class Mounts:
    """Mounts for a test, each removed at its end."""

    points: list[Path] = field(default_factory=list)

    def mount(self, *options: str, at: Path) -> None:
        """`mount OPTIONS AT`; skips the test where this user may not."""
        at.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", *options, str(at)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here, run as root for it: {done.stderr.strip()}")
        self.points.append(at)

    def remount(self, options: str, at: Path) -> None:
        """Mount it anew with other options."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(at)], check=True)

    def vanish(self, at: Path) -> None:
        """Take a mount away although it is in use."""
        subprocess.run(["umount", "--lazy", str(at)], check=True)
        self.points.remove(at)
