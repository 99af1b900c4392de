"""An ordinary user outside of any checkout: a home folder, a working folder, and commands that are run there."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.system.crawling import Ended

OTHER_USER = "nobody"
#: What the machine's owner has set for everybody, and what an ordinary user does not inherit from these tests.
_OWN = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")


@dataclass(frozen=True)
class OrdinaryUser:
    """Another user than root, where the tests run as root; everybody can read what is below `home`."""

    home: Path
    is_other: bool  #: else whoever runs the tests, with another home folder

    @property
    def news(self) -> Path:
        """A working folder whose name has a space and letters beyond ASCII."""
        return self.home / "Späte Ausgabe" / "新闻"

    @property
    def bin(self) -> Path:
        """Where tools put the programs that they install."""
        return self.home / "bin"

    def run(
        self,
        *words: str | Path,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: float = 300,
    ) -> Ended:
        """Run a program of this user's until it has ended."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in _OWN and not name.startswith(("ECNSCRAWL_", "SCRAPY_"))
        }
        own = {"HOME": str(self.home), "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [str(word) for word in words],
            env={**inherited, **own, **(environment or {})},
            cwd=cwd or self.news,
            user=OTHER_USER if self.is_other else None,
            group=_group() if self.is_other else None,
            extra_groups=[] if self.is_other else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def own(self, *paths: Path) -> None:
        """Give files and folders to this user."""
        if self.is_other:
            for path in paths:
                shutil.chown(path, OTHER_USER, _group())


def _group() -> int:
    import pwd

    return pwd.getpwnam(OTHER_USER).pw_gid


@contextmanager
def ordinary_user(*, another: bool = True) -> Iterator[OrdinaryUser]:
    """A user with an empty home folder, a working folder and the tests' uv; not `another`: whoever runs the tests."""
    home = Path(tempfile.mkdtemp(prefix="ordinary-"))
    try:
        home.chmod(0o755)  # pytest's own folders are their owner's alone
        user = OrdinaryUser(home, another and os.geteuid() == 0)
        user.news.mkdir(parents=True)
        user.bin.mkdir()
        shutil.copy(Path(sys.executable).with_name("uv"), user.bin / "uv")
        user.own(home, user.bin, user.news.parent, user.news)
        yield user
    finally:
        shutil.rmtree(home)
