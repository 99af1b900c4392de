"""The wheel, installed as its users install it: outside the checkout, by an ordinary user, by each of the tools."""

import csv
import json
import os
import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ecnscrawl.crawling.arguments import KNOWN
from replica import Replica
from tests.docs.markdown import README, blocks
from tests.installing.ordinary import OrdinaryUser, ordinary_user
from tests.installing.pythons import python_of
from tests.installing.wheel_users import (
    SYSTEM_PYTHON,
    Installed,
    crawl,
    install,
    installed,
    installed_by,
    new_folder,
    on_the_replica,
    replica,
    user,
    wheel,
)
from tests.needs import lacking
from tests.system.crawling import MANNERS_OFF

__all__ = ["installed", "replica", "user", "wheel"]  # fixtures

pytestmark = pytest.mark.system


def test_it_says_its_version(installed: Installed) -> None:
    ended = installed.run("--version")
    assert (ended.status, ended.out, ended.err) == (0, "ecnscrawl 0.1.0\n", "")


def test_it_crawls_into_data_of_the_working_folder(installed: Installed, replica: Replica) -> None:
    ended = crawl(installed, replica, "-a", "sections=world")
    assert ended.status == 0, ended.err
    assert {path.name for path in installed.folder.iterdir()} == {"data"}
    (file,) = (installed.folder / "data" / "ecns" / "articles").glob("*.jsonl")
    assert {json.loads(line)["site"] for line in file.read_bytes().splitlines()} == {"ecns"}
    assert "<html" in (installed.folder / "data" / "ecns" / "reports" / "index.html").read_text(encoding="utf-8")


def test_the_hint_of_an_export_without_duckdb_works(installed: Installed, replica: Replica) -> None:
    if not (installed.folder / "data").exists():
        crawl(installed, replica, "-a", "sections=world")
    ended = installed.run("export", "articles.csv")
    match = re.fullmatch(r"ecnscrawl: error: an export needs DuckDB; (?P<hint>.+)\n", ended.err)
    assert ended.status == 1
    assert match
    hint = shlex.split(match["hint"])
    words = installed.words
    if hint[0] == "uvx":  # nothing is installed for good: the hint says how to call it
        given = words[words.index("--from") + 1]
        words = (*words[: words.index("--from")], *(given if word == "…" else word for word in hint[1:]))
        ended = installed.user.run(*words, "--version", environment=installed.pinned)
    else:
        ended = installed.user.run(*hint, environment=installed.pinned)
    assert ended.status == 0, ended.err
    ended = replace(installed, words=words).run("export", "articles.csv")
    assert ended.status == 0, ended.err
    with (installed.folder / "articles.csv").open(encoding="utf-8", newline="") as file:
        assert {row["site"] for row in csv.DictReader(file)} == {"ecns"}


def test_the_readme_leads_from_the_wheel_to_the_first_article(
    user: OrdinaryUser, wheel: Path, replica: Replica
) -> None:
    first, further = (block.text.splitlines() for block in blocks(README, "sh", "Install it anywhere"))
    folder = new_folder(user)
    shutil.copy(wheel, folder)
    installing = {**Installed(user, (), folder).pinned, "UV_PYTHON": SYSTEM_PYTHON}
    done = user.run("sh", "-ec", first[0], cwd=folder, environment=installing)
    if done.status:
        lacking(f"{first[0]} failed: {done.err[-600:]}")
    commands = {**on_the_replica(user, replica), "PATH": f"{user.home}/.local/bin:/usr/bin:/bin"}
    done = user.run("sh", "-ec", "\n".join(first[1:]), cwd=folder, environment=commands)
    assert done.status == 0, done.err
    (line,) = done.out.splitlines()
    record = json.loads(line)
    assert (record["site"], record["revision"]) == ("ecns", 1)
    assert record["title"]
    for line in further[:-1]:  # the last one serves until Ctrl-C
        command = line.partition("  #")[0].strip()
        if " crawl " in command:
            command = shlex.join([*command.split(), *MANNERS_OFF, "-s", "RENDER=off"])
        done = user.run("sh", "-ec", command, cwd=folder / "news", environment=commands)
        assert done.status == 0, done.err
    assert {path.name for path in (folder / "news").iterdir()} == {"data", "ai.xlsx", "news.sqlite"}
    assert further[-1].startswith("ecnscrawl browse ")


def test_the_crontab_of_the_readme_runs_the_command_of_a_wheel(
    user: OrdinaryUser, wheel: Path, replica: Replica
) -> None:
    installed = installed_by("pip", user, wheel)
    (installed.folder / ".venv").symlink_to(Path(installed.words[0]).parents[1])
    (crontab,) = blocks(README, "crontab")
    contact, line = crontab.text.splitlines()
    command = line.split(maxsplit=5)[5].replace("/opt/ecnscrawl", shlex.quote(str(installed.folder)))
    command = command.replace(".venv/bin/scrapy crawl ecns", ".venv/bin/ecnscrawl crawl ecns -a sections=world")
    name, _, address = contact.partition("=")
    environment = {**on_the_replica(user, replica), name: address, "PATH": "/usr/bin:/bin"}
    done = user.run("sh", "-c", command, cwd=user.home, environment=environment)
    assert (done.status, done.out, done.err) == (0, "", "")
    assert list((installed.folder / "data" / "ecns" / "articles").glob("*.jsonl"))
    (log,) = user.home.glob("ecnscrawl.log")
    assert log.read_text(encoding="utf-8").splitlines()[-1].startswith("ecns healthy new=")


@pytest.fixture(scope="module")
def by_pip_alone(user: OrdinaryUser, wheel: Path) -> Installed:
    """The wheel, installed by pip: what does not depend on the way."""
    return installed_by("pip", user, wheel)


def test_its_data_is_complete(by_pip_alone: Installed) -> None:
    """The schema lies beside the modules, and all commands are there."""
    assert json.loads(by_pip_alone.run("schema", "--as", "json").out)["title"] == "ecnscrawl article"
    commands = by_pip_alone.run()
    assert commands.status == 0
    for name in ("crawl", "export", "status", "state", "schema", "fixture", "browse"):
        assert f"\n  {name} " in commands.out
    assert "ecnscrawl <command>" in commands.out
    assert commands.out.startswith("ecnscrawl 0.1.0, with Scrapy ")
    assert "scrapy" not in commands.out


def test_no_site_is_added_to_the_installed_package(by_pip_alone: Installed) -> None:
    before = by_pip_alone.run("list").out
    assert "ecns\n" in before
    assert "class ${class_name}Page(Page):" in by_pip_alone.run("genspider", "--dump", "news").out
    scrapy = Path(by_pip_alone.words[0]).with_name("scrapy")
    for template in ("news", "basic"):
        ended = by_pip_alone.run("genspider", "-t", template, "harbour", "harbour.example")
        assert (ended.status, ended.out) == (1, "")
        assert f"make a project of your own: `{shlex.quote(str(scrapy))} startproject mynews`" in ended.err
    assert by_pip_alone.run("list").out == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crawl", "ecns", "--no-such"), "unknown option '--no-such'; `ecnscrawl crawl -h` lists the options"),
        (("exprot", "x.csv"), "unknown command 'exprot' (did you mean 'export'?); `ecnscrawl` lists them"),
    ],
)
def test_a_message_names_the_command_that_was_typed(by_pip_alone: Installed, words: list[str], said: str) -> None:
    ended = by_pip_alone.run(*words)
    assert (ended.status, ended.out, ended.err) == (2, "", f"ecnscrawl: error: {said}\n")


def test_the_help_names_the_command_that_was_typed(by_pip_alone: Installed) -> None:
    ended = by_pip_alone.run("crawl", "-h")
    assert ended.status == 0
    assert "ecnscrawl crawl [options] SITE" in ended.out
    assert [name for name in KNOWN if f"\n  {name}=" not in ended.out] == []
    assert "scrapy crawl" not in ended.out


def test_a_module_is_run_as_the_command_is(by_pip_alone: Installed) -> None:
    python = str(Path(by_pip_alone.words[0]).with_name("python"))
    module = replace(by_pip_alone, words=(python, "-m", "ecnscrawl"))
    ended = module.run("--version")
    assert (ended.status, ended.out, ended.err) == (0, "ecnscrawl 0.1.0\n", "")
    ended = module.run("crawl")
    assert (ended.status, ended.err) == (
        2,
        "ecnscrawl: error: name one site to crawl; known are chinanews, ecns, news\n",
    )
    elsewhere = replace(module, folder=new_folder(module.user))
    assert f"run `{shlex.quote(python)} -m ecnscrawl crawl ecns`" in elsewhere.run("status").err


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_it_crawls_under_other_pythons(wheel: Path, replica: Replica, version: str) -> None:
    python = python_of(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    with ordinary_user(another=False) as user:  # another one may be kept from this Python
        shutil.copy(wheel.with_name("constraints.txt"), user.home / "constraints.txt")
        cache = os.environ.get("UV_CACHE_DIR") or str(Path("~/.cache/uv").expanduser())
        install(user, "uv", "venv", "--quiet", "--python", python, user.home / "venv", UV_CACHE_DIR=cache)
        beside = user.home / "venv" / "bin"
        given = ("--quiet", "--python", beside / "python", wheel)
        install(user, "uv", "pip", "install", *given, UV_CACHE_DIR=cache)
        installed = Installed(user, (str(beside / "ecnscrawl"),), user.news)
        ended = crawl(installed, replica, "-a", "sections=world")
        assert ended.status == 0, ended.err
        assert list((user.news / "data" / "ecns" / "articles").glob("*.jsonl"))
