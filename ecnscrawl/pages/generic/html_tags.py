"""The elements that make a block of text of their own, and those that show no text."""

from ecnscrawl.pages import elements

BLOCK_TAGS = frozenset(
    "address article aside blockquote body button center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th"
    " thead tr ul caption".split()
)
UNSEEN = elements.UNSEEN | {"script", "video"}
