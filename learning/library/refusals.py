"""Why something cannot be done to a draft. Pure.

Each verb says which it raises. What only one kind of deed is refused for stands beside that deed.
"""


class DraftRefused(Exception):
    """Something that cannot be done to this draft now; nothing was changed."""


class Closed(DraftRefused):
    """The draft is not in a state to be changed so. What was sent in a save is kept aside."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Stale(DraftRefused):
    """The file has moved on since `based_on`. What was sent is kept aside: commit, then show all three.

    `base`: what it was when `based_on` was fetched; `theirs`: what it is now, b"" where it is gone; `revision`: to be
    sent as `based_on` with what the three become; `by`: the full name of who saved `theirs`.
    """

    def __init__(self, base: bytes, theirs: bytes, revision: int, by: str, *, gone: bool = False) -> None:
        super().__init__(revision)
        self.base = base
        self.theirs = theirs
        self.revision = revision
        self.by = by
        self.gone = gone


class BadPath(DraftRefused):
    """No name for a file of a course: `course.md`, `exam.md`, `10-name.md`, `images/name.png`."""


class TooLarge(DraftRefused):
    """More bytes than a page or a picture may have, more files than a course, or more words than a comment."""


class ClientIdReused(DraftRefused):
    """This client_id came with something else before."""


class NothingSaid(DraftRefused):
    """A comment has words, and to send a draft back one must say why: in a message or in a comment."""
