"""All site profiles of the project: each module of this package that has one is found by itself."""

import pkgutil
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module

from ecnscrawl import sites
from ecnscrawl.sites.base import SiteProfile


@cache
def profiles() -> Mapping[str, SiteProfile]:
    """The profiles by the name of their site."""
    modules = (import_module(f"{sites.__name__}.{module.name}") for module in pkgutil.iter_modules(sites.__path__))
    found = (value for module in modules for value in vars(module).values() if isinstance(value, SiteProfile))
    return {profile.name: profile for profile in found}


@lru_cache(maxsize=4096)  # it is asked for each archived response
def profile_of(host: str) -> SiteProfile | None:
    """The profile that names exactly this host, in lower case; None where none does."""
    return next((profile for profile in profiles().values() if host in profile.hosts), None)
