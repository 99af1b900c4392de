"""Publishers of a round: one after the other publishes into one folder, and some are killed."""

import random
import threading
from pathlib import Path

from tests.system.launching import Process
from tests.system.many_workers import Fleet


class Publishers(threading.Thread):
    """One `publish` after the other, into one folder. The first one is killed, and then some."""

    def __init__(self, fleet: Fleet, out: Path, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.killed = 0
        self._fleet, self._out, self._chance = fleet, out, chance
        self._is_over = threading.Event()

    def run(self) -> None:
        """Publish until `stop` is called."""
        while not self._is_over.wait(0.5):
            process = self._start()
            if not self.killed or self._chance.random() < 0.3:
                self._is_over.wait(self._chance.uniform(0.1, 0.6))
                self.killed += process.poll() is None
                process.kill()
            process.communicate()

    def stop(self) -> None:
        """Start no more."""
        self._is_over.set()
        if self.is_alive():
            self.join()

    def end(self) -> None:
        """Publish what is left."""
        self.stop()
        process = self._start()
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, ""), err

    def _start(self) -> Process:
        own = {"ECNSCRAWL_DATABASE_URL": self._fleet.database}
        return self._fleet.user.start_scrapy("publish", str(self._out), **own)
