"""Commands for messages, written so that they work where the program is installed: a checkout, a wheel, pipx, uv."""

import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec
from pathlib import Path


def program() -> str:
    """The command that the user has typed: `ecnscrawl`, `python -m ecnscrawl` or, by default, `scrapy`."""
    called = Path(sys.argv[0] if sys.argv else "")
    if called.stem == "ecnscrawl":
        return "ecnscrawl"
    if called.name == "__main__.py" and called.parent.name == "ecnscrawl":
        return f"{shlex.quote(_near(Path(sys.executable)))} -m ecnscrawl"
    return "scrapy"


def way_to_articles(site: str) -> str:
    """What to do where a data folder has no article files, if crawls write them there."""
    return f"run `{crawl_of(site)}` first, or name the data folder with ECNSCRAWL_DATA_DIR"


def way_from_database(data: Path) -> str:
    """What to do where a command needs article files beside the archive, and crawls store into a database."""
    return f"a crawl into the database writes none: run `{program()} publish {shlex.quote(str(data))}` first"


def crawl_of(site: str) -> str:
    """The words of a crawl of a site, for example `scrapy crawl news -a site=example.org`."""
    return f"{program()} crawl {f'news -a site={site}' if '.' in site else site}"


def install_extra(name: str, package: str = "") -> str:
    """The command that installs what an extra of this package needs, such as `export`, or only one package of it."""
    try:
        asked = requires("ecnscrawl") or []
    except PackageNotFoundError:  # run from its sources alone
        asked = []
    wanted = [each.partition(";")[0].strip() for each in asked if f"extra == {name!r}" in each.replace('"', "'")]
    return install(*(each for each in wanted if each.startswith(package)))


def install(*requirements: str) -> str:
    """The command that installs packages beside this one, for example `pipx inject ecnscrawl 'duckdb>=2.0'`."""
    words = shlex.join(requirements)
    environment = Path(sys.prefix)
    python = shlex.quote(_near(Path(sys.executable)))
    if (environment / ".up-to-date").exists():  # `make setup` has built it, with all extras
        return "make clean setup"
    if (environment / "pipx_metadata.json").exists():
        return f"pipx inject {shlex.quote(environment.name)} {words}"
    if any(part.startswith("archive-v") for part in environment.parts):  # in the cache of uv, made by uvx
        return f"uvx --with {' --with '.join(map(shlex.quote, requirements))} --from … ecnscrawl"
    if find_spec("pip") is None:
        return f"uv pip install --python {python} {words}"
    return f"{python} -m pip install {words}"


def beside_python(name: str) -> str:
    """The path of a program that was installed with this package, such as `playwright`."""
    return shlex.quote(_near(Path(sys.executable).with_name(name)))


def _near(path: Path) -> str:
    """The path as a user in the working folder would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)
