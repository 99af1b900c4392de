"""The end of a crawl's run: it is concluded once, whether the engine has stopped or was forced to."""

from collections.abc import Callable

from ecnscrawl.monitoring.conclusion import Conclusion


class RunEnd:
    """Concludes a run once and calls the registered actions."""

    def __init__(self, conclude: Callable[[], Conclusion]) -> None:
        """`conclude` concludes the run; it is called once."""
        self._conclude = conclude
        self.reason: str | None = None  #: Scrapy's finish reason; None if the spider was never closed
        self.has_started = False  #: whether the engine has started
        #: Whether `watch` concludes the run itself, in a thread: at the end of a run a database is waited for.
        self.concludes_later = False
        self.is_concluding = False  #: whether the run takes no more items
        self.conclusion: Conclusion | None = None  #: None until the run has ended, and if there is none
        self._forced_stop_actions: list[Callable[[], None]] = []
        self._conclusion_actions: list[Callable[[], None]] = []

    def when_concluded(self, action: Callable[[], None]) -> None:
        """Call `action` when the run is concluded: now, or later; never if there is no run to conclude."""
        if self.conclusion is not None:
            action()
        else:
            self._conclusion_actions.append(action)

    def on_forced_stop(self, action: Callable[[], None]) -> None:
        """Call `action` if the process has to stop before Scrapy can send its last signals."""
        self._forced_stop_actions.append(action)

    def conclude(self) -> Conclusion:
        """Return the conclusion of the run. Called after the event loop: concludes the run if no signal has done so."""
        if self.conclusion is None:
            for action in self._forced_stop_actions:
                action()
        return self.conclude_after_engine()

    def conclude_after_engine(self) -> Conclusion:
        """Conclude the run, unless that was done. The engine has stopped, so nothing has to be cleaned up before."""
        self.is_concluding = True
        if self.conclusion is None:
            self.conclusion = self._conclude()
            for action in self._conclusion_actions:
                action()
            self._conclusion_actions.clear()
            self._forced_stop_actions.clear()  # they refer to the crawler, which else would never be released
        return self.conclusion
