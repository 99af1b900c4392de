"""Build the wheel and the sdist, with the tested releases of their dependencies and all their checksums, in `dist/`.

The same sources give the same bytes: files in the archives get the time of the last commit.
"""

import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHECKSUMS = "SHA256SUMS"
CONSTRAINTS = "constraints.txt"


def constraints_of(lock: str) -> str:
    """Return the releases of the lock without hashes. With them, pip would refuse to install our wheel from a file."""
    return re.sub(r" \\\n(?: +--hash=\S+(?: \\)?\n)+", "\n", lock)


def checksums_of(folder: Path) -> str:
    """Return the input of `sha256sum --check`: a line for each file of the folder."""
    files = sorted(path for path in folder.iterdir() if path.name not in (CHECKSUMS, ".gitignore"))
    return "".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def repack(sdist: Path, when: int) -> None:
    """Rewrite an sdist with this time (seconds since 1970) and no owner: setuptools stores those of the build."""
    with tarfile.open(sdist) as before:
        members = [(each, before.extractfile(each)) for each in before.getmembers()]
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as after:
            for member, content in sorted(members, key=lambda each: each[0].name):
                member.mtime, member.uid, member.gid, member.uname, member.gname = when, 0, 0, "", ""
                member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
                member.pax_headers = {}
                after.addfile(member, content)
    sdist.write_bytes(gzip.compress(packed.getvalue(), mtime=when))


def write_egg(wheel: Path, folder: Path) -> None:
    """Write the egg that Scrapyd deploys: the wheel's files, with its metadata in the form of an egg.

    Scrapyd renames the file, so that Python finds the version only in the wheel's own metadata.
    """
    name, version = wheel.name.split("-")[:2]
    metadata = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel) as packed, zipfile.ZipFile(folder / f"{name}-{version}-py3.egg", "w") as egg:
        contents = {name: packed.read(name) for name in packed.namelist()}
        contents["EGG-INFO/PKG-INFO"] = contents[f"{metadata}/METADATA"]
        contents["EGG-INFO/entry_points.txt"] = contents[f"{metadata}/entry_points.txt"]
        when = packed.infolist()[0].date_time
        for name_inside, content in contents.items():
            egg.writestr(zipfile.ZipInfo(name_inside, when), content, zipfile.ZIP_DEFLATED)


def main(folder: Path) -> None:
    """Build all distributions into a folder, which is emptied first. Raises CalledProcessError."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools would pack modules of an earlier build
    folder.mkdir()
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    when = os.environ.get("SOURCE_DATE_EPOCH") or asked.stdout.strip() or "946684800"  # of an unpacked sdist, 2000
    uv = str(Path(sys.executable).with_name("uv"))
    here = ["--no-build-isolation", "--python", sys.executable]  # with the setuptools of the lock
    build = [uv, "build", "--quiet", *here, "--out-dir", str(folder), str(ROOT)]
    subprocess.run(build, env=os.environ | {"SOURCE_DATE_EPOCH": when}, check=True)
    for sdist in folder.glob("*.tar.gz"):
        repack(sdist, int(when))
    for wheel in folder.glob("*.whl"):
        write_egg(wheel, folder)
    (folder / ".gitignore").unlink(missing_ok=True)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    (folder / CONSTRAINTS).write_text(constraints_of(lock), encoding="utf-8")
    (folder / CHECKSUMS).write_text(checksums_of(folder), encoding="utf-8")
    for path in sorted(folder.iterdir()):
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute() if sys.argv[1:] else ROOT / "dist")
