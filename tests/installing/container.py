"""The lines of a Dockerfile, run as a script: each stage in a root folder of its own, as its users, without Docker.

A root has this machine's /usr, one of its Pythons as /usr/local, and an /etc of its own. Only Linux and root can do that.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_ETC = (
    "passwd",
    "group",
    "shadow",
    "gshadow",
    "login.defs",
    "nsswitch.conf",
    "hosts",
    "resolv.conf",
    "ssl",
    "pip.conf",
)
#: As the image python has it.
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Stage:
    """A root folder, and what the lines so far have said of it."""

    root: Path
    python: Path  #: the folder of the interpreter that lies in /usr/local
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    user: str = "root"
    folder: str = "/"
    said: dict[str, str] = field(default_factory=dict)  #: the other instructions

    def prepare(self) -> None:
        """Lay out an empty root folder."""
        for name in ("dev", "proc", "tmp", "usr", "var/tmp", "root", "etc", "opt", ".layer/upper", ".layer/work"):
            (self.root / name).mkdir(parents=True)
        (self.root / "tmp").chmod(0o1777)
        for name in ("bin", "sbin", "lib", "lib64"):
            (self.root / name).symlink_to(f"usr/{name}")
        for name in _ETC:
            source = Path("/etc") / name
            if source.is_dir():
                shutil.copytree(source, self.root / "etc" / name, symlinks=False, ignore_dangling_symlinks=True)
            elif source.exists():
                shutil.copy(source, self.root / "etc" / name)

    def _ids(self) -> str:
        """The numbers of the user and its group, which the root's own /etc/passwd knows."""
        lines = (self.root / "etc" / "passwd").read_text(encoding="utf-8").splitlines()
        return next(":".join(line.split(":")[2:4]) for line in lines if line.startswith(f"{self.user}:"))

    def command(self, words: list[str], *, read_only: bool = False, volume: Path | None = None) -> list[str]:
        """The command that runs these words in the root, with its mounts, which end with it.

        Several may run at once if they are read-only. `volume` is a folder for /data.
        """
        root, python = shlex.quote(str(self.root)), shlex.quote(str(self.python))
        upper, work = f"{root}/.layer/upper", f"{root}/.layer/work"  # the interpreter itself stays as it is
        # An overlay that is written must not be mounted twice, and the kernel makes it read-only without an upper layer.
        layers = f"lowerdir={upper}:{python}" if read_only else f"lowerdir={python},upperdir={upper},workdir={work}"
        mounts = [
            f"mount --bind /usr {root}/usr && mount -o remount,bind,ro {root}/usr",
            f"mount -t overlay overlay -o {layers} {root}/usr/local",
            f"mkdir -p {root}{python} && mount --bind {root}/usr/local {root}{python}",  # its library has this name
            f"mount --rbind /dev {root}/dev",
            f"mount -t proc proc {root}/proc",
        ]
        data = shlex.quote(str(volume or self.root / "data"))
        if read_only:
            mounts = [f"mount --bind {root} {root}", *mounts, f"mount --bind {data} {root}/data"]
            mounts += [f"mount -t tmpfs tmpfs {root}/tmp", f"mount -o remount,bind,ro {root}"]
        entering = [
            shutil.which("chroot", path=_PATH) or "chroot",
            f"--userspec={self._ids()}",
            str(self.root),
            "/bin/sh",
            "-c",
        ]
        inside = f"cd {shlex.quote(self.folder)} && exec {shlex.join(words)}"
        script = " && ".join([*mounts, f"exec {shlex.join([*entering, inside])}"])
        return [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
            "/bin/sh",
            "-c",
            script,
        ]

    def run(self, words: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run words in the root, as its user, until they have ended."""
        return subprocess.run(
            self.command(words), env=self.environment | environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile and their arguments; comments are left out, continued lines joined."""
    lines = "\n".join(line for line in dockerfile.splitlines() if not line.startswith("#"))
    for line in re.sub(r"\\\n\s*", " ", lines).splitlines():
        if line.strip():
            name, _, argument = line.partition(" ")
            yield name, argument.strip()


def build(context: Path, folder: Path, python: Path, given: Mapping[str, str]) -> Stage:
    """Run the Dockerfile of a build context; returns the last stage. `given` is the environment of the build only.

    Raises CalledProcessError for a line that fails, and ValueError for an instruction that is not known here.
    """
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for name, argument in instructions((context / "Dockerfile").read_text(encoding="utf-8")):
        words = argument.split()
        if name == "FROM":
            label = words[2] if words[1:2] == ["AS"] else f"stage-{len(stages)}"
            stage = stages[label] = Stage(folder / label, python)
            stage.prepare()
            continue
        assert stage is not None
        if name == "RUN":
            done = stage.run(["/bin/sh", "-c", argument], **given)
            if done.returncode:
                raise subprocess.CalledProcessError(done.returncode, argument, done.stdout, done.stderr)
        elif name == "COPY":
            source_root = context
            if words[0].startswith("--from="):
                source_root = stages[words.pop(0).removeprefix("--from=")].root
            _copy(source_root, words[:-1], stage, words[-1])
        elif name == "ENV":
            variable, _, value = argument.partition("=")
            stage.environment[variable] = value
        elif name == "USER":
            stage.user = argument
        elif name == "WORKDIR":
            stage.folder = argument
            (stage.root / argument.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name in ("VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"):
            stage.said[name] = argument
        else:
            raise ValueError(f"{name} is not known here")
    assert stage is not None
    return stage


def words_of(stage: Stage) -> list[str]:
    """The command of a container: the words of ENTRYPOINT and CMD."""
    return [*json.loads(stage.said["ENTRYPOINT"]), *json.loads(stage.said["CMD"])]


def _copy(source_root: Path, sources: list[str], stage: Stage, target: str) -> None:
    into = stage.root / os.path.normpath(Path(stage.folder) / target).lstrip("/")
    for source in sources:
        path = source_root / source.lstrip("/")
        if path.is_dir():
            shutil.copytree(path, into, symlinks=True, dirs_exist_ok=True)
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, into)


def can_build() -> bool:
    """Return whether this process may change roots and mount."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as made:
        for name in ("lower", "upper", "work", "merged"):
            (Path(made) / name).mkdir()
        overlay = "mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged"
        trying = ["unshare", "--mount", "--pid", "--fork", "/bin/sh", "-c", overlay]
        return subprocess.run(trying, cwd=made, capture_output=True, check=False).returncode == 0
