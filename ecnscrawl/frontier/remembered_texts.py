"""What the state remembers of articles' texts, so that a run recognises the text of a cookie wall of an earlier run."""

from collections.abc import Collection

import msgspec

from ecnscrawl.frontier.base import State

TEXTS = "bodies"  #: the name under which the state keeps it


class RememberedTexts(msgspec.Struct, frozen=True):
    """The texts that earlier runs have seen."""

    walls: list[str] = []  #: digests of texts that stand at many addresses, the newest last
    recent: list[tuple[str, str, str]] = []  #: of articles: digest of the text, address, headline


def remembered_texts(state: State) -> RememberedTexts:
    """Return what the state remembers; nothing if that is damaged: the run begins anew."""
    try:
        return msgspec.json.decode(str(state.get_meta(TEXTS) or "{}"), type=RememberedTexts)
    except msgspec.MsgspecError:
        return RememberedTexts()


def encoded(texts: RememberedTexts) -> str:
    """Return the texts in the form in which the state keeps them."""
    return msgspec.json.encode(texts).decode()


def forget_texts(state: State, urls: Collection[str]) -> None:
    """Remove the articles at these addresses from what the state remembers."""
    there = remembered_texts(state)
    recent = [each for each in there.recent if each[1] not in urls]
    if len(recent) < len(there.recent):
        state.set_meta(TEXTS, encoded(RememberedTexts(there.walls, recent)))
