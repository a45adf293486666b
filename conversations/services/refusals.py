"""Why something a visitor sent is not taken."""


class Refused(Exception):
    """It is not taken; `code` is the protocol's, the text is for the visitor.

    `after` says in how many seconds it may be sent again, where that is known.
    """

    def __init__(self, code: str, text: str, after: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.after = after


class TooLate(Refused):
    """What it was about has ended, or somebody was quicker."""

    def __init__(self, text: str) -> None:
        super().__init__("too_late", text)
