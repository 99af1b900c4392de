"""The way from a data folder to a database and back works as docs/scaling.md writes it, as a role with these rights."""

import shlex
import shutil
from pathlib import Path

import pytest

from tests.docs.checkout import Checkout
from tests.docs.markdown import SCALING, blocks
from tests.docs.test_unattended import PUBLISH_SERVICE, options
from tests.postgres import postgres, psql

pytestmark = pytest.mark.system

SECTION = "From one machine to many"
(RIGHTS,) = blocks(SCALING, "psql", SECTION)
COPY, START, BACK = blocks(SCALING, "sh", SECTION)


def test_a_folder_goes_into_a_database_and_back(checkout: Checkout, demo: Checkout) -> None:
    shutil.copytree(demo.root / "demo-data", checkout.root / "state")
    (checkout.root / "SITES.toml").write_text('[[site]]\nspider = "ecns"\n')
    with postgres() as server:
        for statement in RIGHTS.text.splitlines():
            psql(server, statement)

        def said(script: str) -> list[str]:
            """Run commands in the shell of the operator; return the lines that they print."""
            script = script.replace("@db.example.org", "@").replace("/srv/news", str(checkout.root / "published"))
            ended = checkout.shell(f"set -e; PATH=.venv/bin:$PATH\n{checkout.here(script)}", **server)
            assert ended.returncode == 0, ended.stderr
            return ended.stdout.splitlines()

        in_database, in_folder = [line for line in said(COPY.text) if line.startswith("ecns ")]
        assert in_database == in_folder
        assert int(in_folder.split()[-1].replace(",", "")) > 0
        environment = COPY.text.partition("scrapy")[0]
        lines = said(environment + START.text)
        assert any(" published into " in line for line in lines)
        assert (checkout.root / "news.csv").stat().st_size > 10_000
        (back,) = said(environment + BACK.text)
        assert back.startswith("ecns: "), back
        assert (checkout.root / "state-back" / "ecns" / "articles").is_dir()

        service = options(checkout.here(PUBLISH_SERVICE), "Service")
        *command, follow = shlex.split(dict(service)["ExecStart"])
        assert follow == "--follow"
        own = dict(value.split("=", 1) for name, value in service if name == "Environment")
        own["ECNSCRAWL_DATABASE_URL"] = own["ECNSCRAWL_DATABASE_URL"].replace("@db.example.org", "@")
        ended = checkout.service(command, checkout.root, **server | own)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert list(Path(command[-1]).glob("ecns/articles/*.jsonl"))
