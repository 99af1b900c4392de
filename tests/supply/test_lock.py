"""The lock file: each release has hashes, no address is in it, and it covers pyproject.toml."""

import re
import tomllib

from tests.saved_pages import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
REQUIREMENT = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[0-9][\w.!+-]*)(?: ; (?P<marker>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)


def test_the_lock_is_made_of_releases_with_hashes_and_nothing_else() -> None:
    assert REQUIREMENT.sub("", LOCK) == ""
    assert len(REQUIREMENT.findall(LOCK)) > 50


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK
    assert "@" not in LOCK
    assert "index-url" not in LOCK


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    names = {re.split(r"[^\w.-]", each, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-") for each in asked}
    locked = {match["name"] for match in REQUIREMENT.finditer(LOCK)}
    assert names - locked == set()


def test_make_installs_by_hash_alone() -> None:
    installing = [
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if re.search(r"pip (install|sync)", line)
    ]
    assert len(installing) == 3
    assert [
        line
        for line in installing
        if "--require-hashes" not in line and "--no-build-isolation --no-deps --editable ." not in line
    ] == []
