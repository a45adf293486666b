"""What a visitor says, before a model sees it."""

from dataclasses import dataclass, field

from chatbot.guardrails.holdback import MASK
from chatbot.guardrails.personal_data import Redaction
from chatbot.guardrails.policy import Guard
from chatbot.guardrails.screen import OUTCOMES, Check, Finding, Outcome, Side
from chatbot.guardrails.word_lists import Entry


@dataclass
class Asked:
    """What a visitor has said in a conversation, as a model may see it.

    One for all messages of a prompt: the same address gets the same
    placeholder in each. `originals` are what the placeholders stand for.
    """

    guard: Guard
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._redaction = Redaction(self.guard.policy.hidden)

    @property
    def originals(self) -> dict[str, str]:
        """The visitor's own words for each placeholder."""
        return self._redaction.originals

    def before(self, text: str) -> str:
        """Something said earlier, with what is hidden hidden."""
        return self._redaction.hide(self._masked(text))

    def question(self, text: str) -> str:
        """The question, with what is hidden hidden; that it was is among the findings."""
        hidden = self._redaction.hide(self._masked(text, self.findings))
        kinds = sorted(
            one.strip("[]").rpartition("_")[0].lower() for one in self.originals if one in hidden
        )
        if kinds:
            ground = ", ".join(kinds)
            self.findings.append(
                Finding(Side.QUESTION, Check.PERSONAL_DATA, Outcome.HIDDEN, ground)
            )
        return hidden

    def _masked(self, text: str, findings: list[Finding] | None = None) -> str:
        hits = self.guard.questions.find(text) if self.guard.questions else []
        kept: list[str] = []
        at = 0
        for hit in sorted(hits, key=lambda one: one.start):
            if findings is not None and hit.entry.action == "mask":
                findings.append(_finding(text[hit.start : hit.end], hit.entry))
            if hit.start >= at:
                kept += text[at : hit.start], MASK
            at = max(at, hit.end)
        return "".join([*kept, text[at:]])


def stopped(guard: Guard, text: str) -> Finding | None:
    """The listed word for which this question is not to be answered; None where there is none.

    A word that asks for a person counts before one that blocks.
    """
    hits = guard.questions.find(text) if guard.questions else []
    strict = [hit for hit in hits if hit.entry.action != "mask"]
    if not strict:
        return None
    hit = max(strict, key=lambda one: one.entry.action == "person")
    return _finding(text[hit.start : hit.end], hit.entry)


def _finding(written: str, entry: Entry) -> Finding:
    return Finding(
        Side.QUESTION, Check.WORDS, OUTCOMES[entry.action], entry.word, written, entry.source
    )
