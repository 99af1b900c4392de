"""Scrapy's spider loader, with one line instead of a traceback for a site profile that is wrong."""

import traceback
from typing import Self

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader

from ecnscrawl.exceptions import CannotStart, refuse


class OneLineSpiderLoader(SpiderLoader):
    """Loads all spiders of the project. A ValueError, as profiles and their sources raise it, ends the process."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        try:
            return super().from_settings(settings)
        except ValueError as error:
            frames = traceback.extract_tb(error.__traceback__)
            profile = [frame for frame in frames if frame.name == "<module>"][-1]  # where it is written
            refuse(CannotStart(f"{profile.filename}, line {profile.lineno}: {error}"))
