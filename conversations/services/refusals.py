"""Why something a visitor sent is not taken."""

from conversations.sentences import told


class Refused(Exception):
    """It is not taken; `code` is the protocol's, the text is for the visitor.

    `{names}` in the text stand for the values. `after` says in how many
    seconds it may be sent again, where that is known.
    """

    def __init__(self, code: str, text: str, after: int | None = None, **values: str) -> None:
        super().__init__(text.format(**values) if values else text)
        self.code = code
        self.after = after
        self._sentence = text
        self._values = values

    def told(self, locale: str) -> str:
        """The text in the visitor's language."""
        return told(self._sentence, locale, **self._values)


class TooLate(Refused):
    """What it was about has ended, or somebody was quicker."""

    def __init__(self, text: str) -> None:
        super().__init__("too_late", text)
