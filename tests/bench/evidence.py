"""A small run in which nothing is wrong, for tests that plant something wrong."""

from chatbot.bench.reliability.logs import (
    Books,
    ClientLog,
    Evidence,
    Line,
    Mark,
    ModelCall,
    Said,
    TabLog,
    Try,
)

TALK = "talk"


def sound_evidence() -> Evidence:
    """One page that asked twice and was answered twice; all four logs agree."""
    client, books = ClientLog(), Books()
    page = client.tabs["page"] = TabLog(conversation=TALK)
    calls = []
    for number in (1, 2):
        asked, answered = 2 * number - 1, 2 * number
        question, reply, attempt = f"q{number}", f"r{number}", f"a{number}"
        text = f"M-1-row-{number}: why?"
        client.marks[question] = Mark(
            id=question,
            name=f"M-1-row-{number}",
            label="row",
            tab="page",
            conversation=TALK,
            sent=number,
            acked=number + 0.1,
            ended=number + 0.5,
            how="done",
        )
        books.messages += [
            Said(TALK, asked, "visitor", text, question),
            Said(TALK, answered, "assistant", f"Because {number}.", None),
        ]
        books.tries.append(
            Try(
                reply=reply,
                conversation=TALK,
                question=question,
                state="done",
                claim=1,
                text=f"Because {number}.",
                failure="",
                finish_reason="stop",
                message_seq=answered,
                question_seq=asked,
            )
        )
        books.events[TALK][asked] = ("message", f"d{asked}", reply)
        books.events[TALK][answered] = ("reply.done", f"d{answered}", reply)
        books.attempts[attempt] = reply
        books.ledger[attempt] = Line(attempt, "exact", 10, 5)
        calls.append(ModelCall(attempt, 15, True, 200, "ok"))
    books.last_seq[TALK] = 4
    page.events = {seq: told[:2] for seq, told in books.events[TALK].items()}
    page.said = [[one.seq, one.role, one.text] for one in books.messages]
    page.streamed = [("r1", 1, True), ("r2", 1, True)]
    return Evidence(client, books, calls)
