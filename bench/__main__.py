"""`python -m bench [PART ...]`: run the benchmarks of speed and memory, and write what they print to `bench/results/`.

`make bench` runs all parts, which takes about ten minutes; `make bench PARTS="start pages"` runs these two. Each part
is also a program of its own, whose arguments ask for other sizes.
"""

import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count

from bench.machine import OtherPrograms, processor
from bench.ours import ROOT

RESULTS = ROOT / "bench" / "results"
PACKAGES = ("ecnscrawl", "scrapy", "twisted", "lxml", "msgspec")
#: The parts, with the words after `python -m`.
PARTS: Mapping[str, tuple[str, ...]] = {
    "start": ("bench.start",),
    "pages": ("bench.pages",),
    "hourly": ("bench.hourly",),
    "crawl": ("bench.crawl",),
    "defences": ("bench.defences",),
    "memory": ("bench.memory",),
    "state": ("bench.state", "1000000"),
    "reextract": ("bench.reextract",),
}
#: Parts that only run if they are named: each takes some minutes, and all but the first need PostgreSQL.
LONG_PARTS: Mapping[str, tuple[str, ...]] = {
    "gigabyte": ("bench.reextract", "gigabyte"),
    "database": ("bench.database",),
    "records": ("bench.records",),
    "state_copy": ("bench.state_copy",),
    "claims": ("bench.claims",),
    "job_queue": ("bench.job_queue",),
}


def heading(words: Sequence[str], others: float | None) -> str:
    """Return the first lines of a result: what was measured where, with what, and beside what.

    `others` is the part of the processors that other programs took meanwhile, if it is known.
    """
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    beside = "" if others is None else f"Other programs took {others:.0%} of the processors meanwhile.\n\n"
    return (
        f"# The output of `python -m {' '.join(words)}`\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.python_implementation()} {platform.python_version()}, {versions};"
        f" {processor()}, {cpu_count()} processors, {platform.system()} {platform.release()}\n\n{beside}"
    )


def run(name: str) -> int:
    """Run a part, show what it prints, and write it into its file. Returns its exit status."""
    words = {**PARTS, **LONG_PARTS}[name]
    lines, others = [], OtherPrograms()
    with subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if lines:
        text = "".join(lines)
        text = text.lstrip("\n") if "|" in text else f"```text\n{text}```\n"
        (RESULTS / f"{name}.md").write_text(heading(words, others.share()) + text, encoding="utf-8")
    return process.returncode


def main(names: Sequence[str]) -> int:
    """Run the parts that are named, or all; return the exit status: 1 if one misses what the project promises."""
    known = [*PARTS, *LONG_PARTS]
    if unknown := [name for name in names if name not in known]:
        print(f"bench: error: unknown part {unknown[0]!r}; known are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or PARTS:
        print(f"{name}:", flush=True)
        if run(name):
            failed.append(name)
    if failed:
        print(f"bench: {', '.join(failed)} missed what the project promises, or failed", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
