"""Run uv with the package index that pip is configured with: uv does not read pip.conf.

`python installing/uv.py WORD…` is `uv WORD…`, by the uv beside this Python. Where uv is configured itself, by its
environment variables or a uv.toml, nothing is changed. Nothing is printed here, as an address may hold a password.
"""

import os
import subprocess
import sys
from ast import literal_eval
from collections.abc import Mapping
from pathlib import Path

#: Any of these says that the user has told uv where packages come from.
OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX", "UV_CONFIG_FILE")
#: pip's option, uv's variable, and what separates several values there.
OPTIONS = (
    ("index-url", "UV_DEFAULT_INDEX", " "),
    ("extra-index-url", "UV_INDEX", " "),
    ("find-links", "UV_FIND_LINKS", ","),
    ("no-index", "UV_NO_INDEX", " "),
    ("trusted-host", "UV_INSECURE_HOST", " "),
    ("cert", "SSL_CERT_FILE", " "),
    ("client-cert", "SSL_CLIENT_CERT", " "),
    ("proxy", "ALL_PROXY", " "),
    ("timeout", "UV_HTTP_TIMEOUT", " "),
    ("default-timeout", "UV_HTTP_TIMEOUT", " "),
)


def options_of(listed: str) -> dict[str, str]:
    """Return the options that `pip config list` prints, by name. Those of `pip install` and the environment win."""
    found: dict[str, tuple[int, str]] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        rank = {"global": 0, "install": 1, ":env:": 2}.get(section)
        if rank is not None and rank >= found.get(name, (0, ""))[0]:
            found[name] = (rank, str(literal_eval(value)))
    return {name: value for name, (_, value) in found.items()}


def variables_for_uv(options: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return uv's environment variables for pip's options. Variables that are already set are not changed."""
    told = {
        variable: separator.join(options[name].split())
        for name, variable, separator in OPTIONS
        if options.get(name, "").split() and not environment.get(variable)
    }
    if "UV_INDEX" in told:
        # pip takes the best file of all indexes; uv would stop at the first index that knows the name.
        told["UV_INDEX_STRATEGY"] = environment.get("UV_INDEX_STRATEGY") or "unsafe-best-match"
    return told


def _is_configured(environment: Mapping[str, str]) -> bool:
    folders = [Path(environment.get("XDG_CONFIG_HOME") or "~/.config").expanduser(), Path("/etc")]
    return any(environment.get(name) for name in OF_UV) or any((each / "uv" / "uv.toml").exists() for each in folders)


def main() -> int:
    """Run uv, and return its exit status."""
    told: dict[str, str] = {}
    if not _is_configured(os.environ):
        listing = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
        listed = subprocess.run(listing, capture_output=True, text=True, check=False)
        told = variables_for_uv(options_of(listed.stdout), os.environ)
    uv = Path(sys.executable).with_name("uv")
    return subprocess.run([uv, *sys.argv[1:]], env=os.environ | told, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
