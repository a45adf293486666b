"""What is wrong in a run: each check lays two logs side by side and names the culprits.

A culprit is one line of text that begins with the label of its question
where it has one, so that a row of the table can be told from the others.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from chatbot.bench.reliability.logs import ClientLog, Evidence, TabLog, Try

ENDED = {"done", "stopped", "failed"}
ENDINGS = {"reply.done": "done", "reply.failed": "failed", "reply.stopped": "stopped"}
UNLABELLED = "?"

Check = Callable[[Evidence], list[str]]


def lost(logs: Evidence) -> list[str]:
    """Questions that were acknowledged to the browser and are not in Postgres (C, P)."""
    stored = {said.client_id for said in logs.books.messages}
    return [
        f"{mark.label}: {mark.name} was acknowledged and is not stored"
        for mark in logs.client.marks.values()
        if mark.acked is not None and mark.id not in stored
    ]


def duplicated(logs: Evidence) -> list[str]:
    """Marks stored more than once, and questions with more than one answer (C, P, E)."""
    names = {mark.name for mark in logs.client.marks.values()}
    stored = Counter(
        said.text.split(":", 1)[0] for said in logs.books.messages if said.role == "visitor"
    )
    twice = [
        f"{_label_of(name)}: {name} is stored {number} times"
        for name, number in stored.items()
        if number > 1 and name in names
    ]
    labels = _labels(logs.client)
    replaced = _replaced(logs)
    answers = Counter(
        one.question
        for one in logs.books.tries
        if one.state in ENDED and one.reply not in replaced and one.question
    )
    twice += [
        f"{labels.get(question, UNLABELLED)}: question {question} has {number} answers"
        for question, number in answers.items()
        if number > 1
    ]
    for conversation, events in logs.books.events.items():
        endings = Counter(reply for kind, _, reply in events.values() if kind in ENDINGS)
        twice += [
            f"{UNLABELLED}: reply {reply} of {conversation} ended {number} times"
            for reply, number in endings.items()
            if number > 1
        ]
    return twice


def unanswered(logs: Evidence) -> list[str]:
    """Questions without an end: nobody was told anything final of them (C, P, E)."""
    by_question: dict[str, list[Try]] = defaultdict(list)
    for one in logs.books.tries:
        by_question[one.question].append(one)
    told = {
        reply: ENDINGS[kind]
        for events in logs.books.events.values()
        for kind, _, reply in events.values()
        if kind in ENDINGS
    }
    stored = {said.client_id for said in logs.books.messages}
    wrong = []
    for mark in logs.client.marks.values():
        tries = by_question.get(mark.id, [])
        if mark.id in stored:
            ends = [one for one in tries if one.state in ENDED and told.get(one.reply) == one.state]
            if len(ends) < len(tries):
                states = ", ".join(one.state for one in tries)
                wrong.append(f"{mark.label}: {mark.name} has no end in the books ({states})")
                continue
            if any(one.state == "failed" and not one.failure for one in tries):
                wrong.append(f"{mark.label}: {mark.name} failed without a reason")
        if mark.ended is None:
            why = "is answered, its page was not told" if mark.acked else "was never acknowledged"
            wrong.append(f"{mark.label}: {mark.name} {why}")
    return wrong


def ghost(logs: Evidence) -> list[str]:
    """Events that a page showed and that are not in the log as it showed them (C, E)."""
    return [
        f"{UNLABELLED}: {name} showed event {seq} ({kind}) of {tab.conversation}, "
        + ("which is another" if seq in logs.books.events[tab.conversation] else "which is none")
        for name, tab in logs.client.tabs.items()
        for seq, (kind, digest) in tab.events.items()
        if logs.books.events[tab.conversation].get(seq, ("", "", ""))[:2] != (kind, digest)
    ]


def gap(logs: Evidence) -> list[str]:
    """Numbers missing in a conversation's log, or on a page in the end (C, E)."""
    missing = []
    for conversation, last in logs.books.last_seq.items():
        logged = set(logs.books.events[conversation])
        missing += [
            f"{UNLABELLED}: {conversation} has no event {seq}"
            for seq in sorted(set(range(1, last + 1)) ^ logged)
        ]
    for name, tab in logs.client.tabs.items():
        if not tab.conversation:
            continue
        last = logs.books.last_seq.get(tab.conversation, 0)
        missing += [
            f"{UNLABELLED}: {name} never showed event {seq} of {tab.conversation}"
            for seq in sorted(set(range(tab.begun_after + 1, last + 1)) - set(tab.events))
        ]
    return missing


def out_of_order(logs: Evidence) -> list[str]:
    """Events that came in another order than their numbers, and answers that overtook (C, P)."""
    wrong = [f"{UNLABELLED}: {told}" for told in logs.client.disorders]
    labels = _labels(logs.client)
    replaced = _replaced(logs)
    again = set(replaced.values())
    last: dict[str, Try] = {}
    for one in sorted(logs.books.tries, key=lambda one: (one.conversation, one.question_seq)):
        if one.message_seq is None or one.reply in again or one.reply in replaced:
            continue
        before = last.get(one.conversation)
        if before and (before.message_seq or 0) > one.message_seq:
            wrong.append(
                f"{labels.get(one.question, UNLABELLED)}: the answer to question "
                f"{one.question_seq} of {one.conversation} stands before that to "
                f"{before.question_seq}"
            )
        last[one.conversation] = one
    return wrong


def transcripts_differ(logs: Evidence) -> list[str]:
    """Pages that do not show what Postgres holds, to the letter (C, P)."""
    said: dict[str, list[list[Any]]] = defaultdict(list)
    for message in logs.books.messages:
        said[message.conversation].append([message.seq, message.role, message.text])
    broken: dict[str, dict[str, str]] = defaultdict(dict)
    tries = {one.reply: one for one in logs.books.tries}
    for one in logs.books.tries:
        if one.state == "failed":
            broken[one.conversation][one.reply] = one.text
    wrong: list[str] = []
    for name, tab in logs.client.tabs.items():
        if tab.conversation:
            wrong += _differences(name, tab, said[tab.conversation], broken[tab.conversation])
        wrong += [
            f"{UNLABELLED}: {name} streamed other text of {reply} than its end has"
            for reply, claim, fits in tab.streamed
            if not fits and reply in tries and tries[reply].claim == claim
        ]
    return wrong


def _differences(
    name: str, tab: TabLog, said: list[list[Any]], broken: dict[str, str]
) -> Iterable[str]:
    stored = [line for line in said if line[0] > tab.begun_after]
    if tab.said != stored:
        place = next(
            (
                at
                for at, pair in enumerate(zip(tab.said, stored, strict=False))
                if pair[0] != pair[1]
            ),
            min(len(tab.said), len(stored)),
        )
        yield (
            f"{UNLABELLED}: {name} shows {len(tab.said)} messages, {tab.conversation} has "
            f"{len(stored)}; the first difference is at {place}"
        )
    for reply, text in tab.broken.items():
        if broken.get(reply) != text:
            yield f"{UNLABELLED}: {name} shows other text of the broken reply {reply}"


def token_differences(logs: Evidence) -> tuple[int, list[str]]:
    """Tokens by which ledger entries with usage differ from the model's own count (P, S)."""
    calls = {call.attempt: call for call in logs.calls}
    difference, culprits = 0, []
    for line in logs.books.ledger.values():
        if line.certainty != "exact":
            continue
        call = calls.get(line.attempt)
        counted = call.tokens if call and (call.usage_delivered or call.status != 200) else None
        if counted is None and call is None:
            counted = 0  # it never reached the model
        if counted is None:
            continue  # `unflagged` names it
        off = abs(line.input_tokens + line.output_tokens - counted)
        if off:
            difference += off
            culprits.append(f"{UNLABELLED}: attempt {line.attempt} is {off} tokens off")
    return difference, culprits


def unflagged(logs: Evidence) -> list[str]:
    """Calls without usage whose entry says exact, and calls without any entry (P, S)."""
    wrong = []
    for call in logs.calls:
        line = logs.books.ledger.get(call.attempt)
        if call.attempt in logs.books.resting:
            continue  # a summary whose worker died; `settle_orphans` flags it in its time
        if line is None:
            wrong.append(f"{UNLABELLED}: call {call.attempt} ({call.outcome}) has no ledger entry")
        elif line.certainty == "exact" and not call.usage_delivered and call.status == 200:
            wrong.append(f"{UNLABELLED}: call {call.attempt} told no usage and counts as exact")
    return wrong


CHECKS: dict[str, Check] = {
    "lost": lost,
    "duplicated": duplicated,
    "unanswered": unanswered,
    "ghost": ghost,
    "gap": gap,
    "out_of_order": out_of_order,
}


def calls_by_mark(logs: Evidence) -> Counter[str]:
    """How often the model was called for each question, by the browser's id (P, S)."""
    questions = {one.reply: one.question for one in logs.books.tries}
    return Counter(
        questions.get(logs.books.attempts.get(call.attempt, ""), "") for call in logs.calls
    )


def _labels(client: ClientLog) -> dict[str, str]:
    return {mark.id: mark.label for mark in client.marks.values()}


def _label_of(name: str) -> str:
    """The label within `M-<seed>-<label>-<number>`."""
    return "-".join(name.split("-")[2:-1]) or UNLABELLED


def _replaced(logs: Evidence) -> dict[str, str]:
    """Replies that the visitor had written anew: the old one, and the one instead of it."""
    return dict(logs.books.replaced)
