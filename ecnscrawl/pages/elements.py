"""Which elements of HTML a reader of a page does not see as text."""

#: The elements whose text no browser shows in the page. Scripts are not among them: some show a video.
UNSEEN = frozenset(
    "audio canvas datalist embed head iframe input link map math meta noscript object option select style svg template"
    " textarea title".split()
)
