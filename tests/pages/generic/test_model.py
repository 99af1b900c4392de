"""The model of the body's blocks, and the numbers that it is given."""

from collections.abc import Iterator

from lxml.html import document_fromstring

from ecnscrawl.pages.generic.features import describe
from ecnscrawl.pages.generic.model import Model, Node, model
from ecnscrawl.pages.generic.visible import visible_text


def features_of(node: Node) -> Iterator[int]:
    if isinstance(node, tuple):
        yield node[0]
        yield from features_of(node[2])
        yield from features_of(node[3])


def test_a_tree_sends_a_row_up_to_its_threshold_to_the_first_side() -> None:
    trees = Model([[0, 2.0, -30.0, [1, 0.5, 0.0, 30.0]]], offset=0.0)
    rows = [[2.0, 9.0], [2.1, 0.5], [2.1, 0.6]]
    assert [round(share, 3) for share in trees.probabilities(rows)] == [0.0, 0.5, 1.0]


def test_the_shipped_model_asks_for_numbers_that_each_block_has() -> None:
    visible = visible_text(document_fromstring("<html><body><p>The ferry stops.</p><p>Sign up</p></body></html>"))
    rows = describe(visible, [[1.0, 0.0]] * 3, "The ferry", "")
    asked = {number for tree in model("body_model").trees for number in features_of(tree)}
    assert len({len(row) for row in rows}) == 1
    assert max(asked) < len(rows[0])
