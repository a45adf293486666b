"""What a conversation is found by besides its words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from billing.selectors.conversations import costs_of
from chatbot.models import UnansweredQuestion, Verdict
from conversations.models import Event, Generation, Labelled, VisitorSession

State = Generation.State
# Steps, not figures: a step is a word of the same index, so “dear and slow” is one search.
COST_STEPS = tuple(map(Decimal, ("0.001", "0.01", "0.1", "1", "10")))
SLOW_STEPS = (2, 5, 10, 30)
STOPPED = {Verdict.Outcome.BLOCKED, Verdict.Outcome.PERSON}


@dataclass
class Facets:
    """Of one conversation: `words` for the index, `marks` for the eye, and its slowest reply."""

    words: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    slowest_ms: int | None = None

    def all_words(self) -> set[str]:
        """The words, with the marks among them."""
        slow = [step for step in SLOW_STEPS if (self.slowest_ms or 0) >= 1000 * step]
        return (
            self.words | {f"mark:{one}" for one in self.marks} | {f"slow:{step}" for step in slow}
        )


def facets_of(conversations: Iterable[int]) -> dict[int, Facets]:
    """Those of each of these conversations: eight queries, however many they are."""
    ids = list(conversations)
    found: dict[int, Facets] = defaultdict(Facets)
    _replies(ids, found)
    _verdicts(ids, found)
    for pk in UnansweredQuestion.objects.filter(generation__conversation__in=ids).values_list(
        "generation__conversation_id", flat=True
    ):
        found[pk].marks.add("unanswered")
    handed = (Event.Kind.PERSON_ASKED, Event.Kind.PERSON_JOINED)
    for pk in Event.objects.filter(conversation__in=ids, kind__in=handed).values_list(
        "conversation_id", flat=True
    ):
        found[pk].marks.add("handed_over")
    for pk, amount in costs_of(ids).items():
        found[pk].words |= {f"cost:{step}" for step in COST_STEPS if amount >= step}
    locales = VisitorSession.objects.filter(visitor__conversations__in=ids).exclude(locale="")
    for pk, locale in locales.values_list("visitor__conversations__pk", "locale"):
        found[pk].words.add(f"language:{locale[:2].lower()}")
    labels = Labelled.objects.filter(conversation__in=ids)
    for pk, label in labels.values_list("conversation_id", "label_id"):
        found[pk].words.add(f"label:{label}")
    for facets in found.values():
        if facets.marks & {"failed", "blocked", "no_source", "unanswered"}:
            facets.marks.add("review")
    return found


def _replies(ids: list[int], found: dict[int, Facets]) -> None:
    rows = Generation.objects.filter(conversation__in=ids).order_by("pk")
    for pk, model, persona, state, asked, ended, citations in rows.values_list(
        "conversation_id",
        "model",
        "persona_label",
        "state",
        "queued_at",
        "finished_at",
        "reply__citations",
    ):
        facets = found[pk]
        if model:
            facets.words.add(f"model:{model.lower()}")
        if persona:
            facets.words.add(f"persona:{persona.lower()}")
        if state == State.FAILED:
            facets.marks.add("failed")
        if state == State.DONE and citations == []:
            facets.marks.add("no_source")
        if state == State.DONE and ended:
            took = max(0, round(1000 * (ended - asked).total_seconds()))
            facets.slowest_ms = max(facets.slowest_ms or 0, took)


def _verdicts(ids: list[int], found: dict[int, Facets]) -> None:
    rows = Verdict.objects.filter(generation__conversation__in=ids)
    for pk, check, outcome in rows.values_list(
        "generation__conversation_id", "check_name", "outcome"
    ).distinct():
        found[pk].words |= {f"check:{check}", f"verdict:{outcome}"}
        if outcome in STOPPED:
            found[pk].marks.add("blocked")
