"""Everything that the text of one answer passes before it is shown."""

from dataclasses import dataclass

from chatbot.guardrails.containment import Contained
from chatbot.guardrails.holdback import Holdback
from chatbot.guardrails.personal_data import Restored
from chatbot.guardrails.policy import Guard
from chatbot.models import Verdict

Side, Check, Outcome = Verdict.Side, Verdict.Check, Verdict.Outcome
# Of one kind in one answer; a model that repeats one word would fill the books.
MOST_VERDICTS = 20

OUTCOMES = {"mask": Outcome.MASKED, "block": Outcome.BLOCKED, "person": Outcome.PERSON}


@dataclass(frozen=True)
class Finding:
    """What one check has found, and what was done about it."""

    side: Verdict.Side
    check: Verdict.Check
    outcome: Verdict.Outcome
    ground: str
    written: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a question is not answered, or an answer not shown.

    `for_person` says that a person is asked for, `told` what the visitor is
    told, if the tenant has chosen words for it.
    """

    code: str
    detail: str
    findings: list[Finding]
    for_person: bool = False
    told: str = ""


class Screen:
    """Takes the pieces of an answer; gives back what may be shown of them, in order.

    The visitor's own data come back for their placeholders, then listed words
    are kept from being shown, then links to foreign sites are broken. With
    `withholds` nothing may be shown before the whole was judged. `refusal` is
    there once it is known that the answer is not shown, or not to its end.
    """

    refusal: Refusal | None = None

    def __init__(self, guard: Guard, originals: dict[str, str]) -> None:
        self.withholds = guard.policy.moderates_answers
        self._restored = Restored(originals) if originals else None
        self._words = Holdback(guard.answers) if guard.answers else None
        self._contained = Contained(guard.hosts)

    def take(self, piece: str) -> str:
        """The piece belongs to the answer; what may be shown now is returned."""
        if self._restored:
            piece = self._restored.take(piece)
        if self._words:
            piece = self._words.take(piece)
        return self._contained.take(piece) if piece else ""

    def end(self) -> str:
        """Nothing more comes: the rest that may be shown."""
        rest = self._restored.end() if self._restored else ""
        if self._words:
            rest = self._words.take(rest) + self._words.end()
        return (self._contained.take(rest) if rest else "") + self._contained.end()

    @property
    def is_stopped(self) -> bool:
        """Whether a listed word has ended the answer."""
        return self._words is not None and self._words.stopped is not None

    @property
    def findings(self) -> list[Finding]:
        """What was stopped or changed of the answer so far."""
        words = self._words.hits if self._words else []
        found = [
            Finding(
                Side.ANSWER,
                Check.WORDS,
                OUTCOMES[entry.action],
                entry.word,
                written,
                entry.source,
            )
            for written, entry in [*words[: MOST_VERDICTS - 1], *words[MOST_VERDICTS - 1 :][-1:]]
        ]
        found += [
            Finding(Side.ANSWER, Check.LINKS, Outcome.UNLINKED, address)
            for address in self._contained.broken[:MOST_VERDICTS]
        ]
        return found
