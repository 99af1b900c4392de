"""A user's checkout, in which the documented commands run exactly as they are written."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The folders for programs that cron gives to a job; systemd gives more.
SERVICE_PATH = "/usr/bin:/bin"

_HURRIED = '''"""The project's settings, without the manners that only slow a test down."""

from ecnscrawl.settings import *  # noqa: F403

AUTOTHROTTLE_ENABLED = False
DOWNLOAD_DELAY = 0
'''


@dataclass(frozen=True)
class Checkout:
    """A folder with the project's `.venv` and settings in it, and data of its own."""

    root: Path
    replica: Mapping[str, str]  #: the environment that leads to the replica

    @classmethod
    def make(cls, root: Path, replica: Mapping[str, str]) -> "Checkout":
        """Lay it out in an empty folder."""
        root.joinpath(".venv").symlink_to(sys.prefix)
        root.joinpath("scrapy.cfg").write_text("[settings]\ndefault = hurried\n", encoding="utf-8")
        root.joinpath("hurried.py").write_text(_HURRIED, encoding="utf-8")
        root.joinpath("home").mkdir()
        return cls(root, replica)

    @property
    def home(self) -> Path:
        """The user's home folder."""
        return self.root / "home"

    def here(self, text: str) -> str:
        """Return a documented text with the path of this checkout."""
        return text.replace("/opt/ecnscrawl", str(self.root)).replace("/var/lib/ecnscrawl", str(self.root / "state"))

    def shell(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a user does who has changed into the checkout."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("ECNSCRAWL_", "SCRAPY_"))}
        return self._run(["/bin/sh", "-c", command], outside | {"HOME": str(self.home)} | environment, self.root)

    def cron(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command as cron does: in the home folder, with next to no environment."""
        bare = {"HOME": str(self.home), "LOGNAME": "crawler", "SHELL": "/bin/sh", "PATH": SERVICE_PATH}
        return self._run(["/bin/sh", "-c", self.here(line)], bare | environment, self.home)

    def service(self, command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command as systemd does: without a shell."""
        return self._run(command, {"LANG": "C.UTF-8", "PATH": SERVICE_PATH} | environment, folder)

    def _run(
        self, command: list[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env={**environment, **self.replica},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
