"""Say how likely each block of a page belongs to the body, by boosted trees whose weights stand in a data file."""

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

# After so many trees a block with such log odds is looked at no more. Of the sets that the model was learned from, this
# changes the side of one block in 25,000, and saves two thirds of the time.
_STAGES = (20, 40)
_CERTAIN = 2.0

#: A leaf is its value; another node is the number of its feature, a threshold, the node up to it and the node above.
Node = float | tuple[int, float, Any, Any]


class Model:
    """Boosted trees. What they were learned from stands in docs/generic-reader.md."""

    def __init__(self, trees: Sequence[Any], offset: float) -> None:
        self.trees = [_node(tree) for tree in trees]
        self._offset = offset

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return for the numbers of each block, see `features`, how likely it belongs to the body, from 0 to 1."""
        return [1 / (1 + math.exp(-max(-30.0, min(30.0, self._odds(row))))) for row in rows]

    def _odds(self, row: Sequence[float]) -> float:
        odds, start = self._offset, 0
        for end in (*_STAGES, len(self.trees)):
            odds = self._sum(self.trees[start:end], row, odds)
            if abs(odds) > _CERTAIN:
                break
            start = end
        return odds

    @staticmethod
    def _sum(trees: Sequence[Node], row: Sequence[float], start: float) -> float:
        for tree in trees:
            node = tree
            while node.__class__ is tuple:
                node = node[2] if row[node[0]] <= node[1] else node[3]
            start += node  # type: ignore[operator]
        return start


@cache
def model(name: str) -> Model:
    """Return the model whose weights stand in the file of this name beside this module."""
    stored = json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
    return Model(stored["trees"], stored["offset"])


def _node(stored: Any) -> Node:
    if isinstance(stored, list):
        feature, threshold, low, high = stored
        return (int(feature), float(threshold), _node(low), _node(high))
    return float(stored)
