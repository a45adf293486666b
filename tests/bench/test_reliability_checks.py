"""The checker of `bench reliability` finds what was planted, and nothing where nothing was."""

from dataclasses import replace

import pytest

from chatbot.bench.reliability import checks
from chatbot.bench.reliability.logs import Line, ModelCall
from tests.bench.evidence import TALK, sound_evidence


@pytest.fixture
def logs():
    return sound_evidence()


def change_try(logs, number, **changes):
    logs.books.tries[number] = replace(logs.books.tries[number], **changes)


@pytest.mark.parametrize("name", sorted(checks.CHECKS))
def test_a_sound_run_has_no_culprits(logs, name):
    assert checks.CHECKS[name](logs) == []


def test_a_sound_run_has_equal_transcripts_and_money(logs):
    assert checks.transcripts_differ(logs) == []
    assert checks.token_differences(logs) == (0, [])
    assert checks.unflagged(logs) == []


def test_an_acknowledged_question_that_is_not_stored_is_lost(logs):
    del logs.books.messages[0]
    [culprit] = checks.lost(logs)
    assert culprit.startswith("row: M-1-row-1")


def test_a_question_that_was_not_acknowledged_may_be_missing(logs):
    del logs.books.messages[0]
    logs.client.marks["q1"].acked = None
    assert checks.lost(logs) == []


def test_a_mark_that_is_stored_twice_is_duplicated(logs):
    logs.books.messages.append(replace(logs.books.messages[0], seq=9, client_id="other"))
    assert checks.duplicated(logs) == ["row: M-1-row-1 is stored 2 times"]


def test_a_question_with_two_answers_is_duplicated(logs):
    logs.books.tries.append(replace(logs.books.tries[0], reply="r9"))
    [culprit] = checks.duplicated(logs)
    assert culprit == "row: question q1 has 2 answers"


def test_an_answer_that_the_visitor_had_replaced_does_not_count(logs):
    logs.books.tries.append(replace(logs.books.tries[0], reply="r9"))
    logs.books.replaced["r1"] = "r9"
    assert checks.duplicated(logs) == []


def test_a_reply_that_the_log_ends_twice_is_duplicated(logs):
    logs.books.events[TALK][5] = ("reply.failed", "d5", "r2")
    assert len(checks.duplicated(logs)) == 1


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_generation_that_is_still_open_is_unanswered(logs, state):
    change_try(logs, 0, state=state)
    assert "has no end in the books" in checks.unanswered(logs)[0]


def test_a_failure_without_a_reason_is_unanswered(logs):
    change_try(logs, 0, state="failed", failure="")
    logs.books.events[TALK][2] = ("reply.failed", "d2", "r1")
    assert checks.unanswered(logs) == ["row: M-1-row-1 failed without a reason"]


def test_an_end_that_no_event_tells_is_unanswered(logs):
    logs.books.events[TALK][2] = ("message", "d2", "")
    assert len(checks.unanswered(logs)) == 1


def test_a_page_that_was_never_told_is_unanswered(logs):
    logs.client.marks["q2"].ended = None
    assert checks.unanswered(logs) == ["row: M-1-row-2 is answered, its page was not told"]


def test_a_question_that_stays_in_the_outbox_is_unanswered(logs):
    logs.client.marks["q2"].ended = logs.client.marks["q2"].acked = None
    del logs.books.messages[2], logs.books.tries[1]
    assert checks.unanswered(logs) == ["row: M-1-row-2 was never acknowledged"]


@pytest.mark.parametrize("seq", [4, 5])
def test_an_event_that_is_not_in_the_log_is_a_ghost(logs, seq):
    logs.client.tabs["page"].events[seq] = ("reply.done", "another")
    [culprit] = checks.ghost(logs)
    assert f"event {seq}" in culprit


def test_a_number_that_a_page_never_showed_is_a_gap(logs):
    del logs.client.tabs["page"].events[3]
    [culprit] = checks.gap(logs)
    assert "never showed event 3" in culprit


def test_what_a_snapshot_left_out_is_no_gap(logs):
    page = logs.client.tabs["page"]
    page.begun_after, page.said = 2, page.said[2:]
    del page.events[1], page.events[2]
    assert checks.gap(logs) == checks.transcripts_differ(logs) == []


def test_a_hole_in_the_log_itself_is_a_gap(logs):
    logs.books.last_seq[TALK] = 5
    assert any("has no event 5" in culprit for culprit in checks.gap(logs))


def test_events_that_came_in_another_order_are_out_of_order(logs):
    logs.client.disorders.append("page: event 3 came after 4")
    assert len(checks.out_of_order(logs)) == 1


def test_an_answer_that_overtook_another_is_out_of_order(logs):
    change_try(logs, 0, message_seq=4)
    change_try(logs, 1, message_seq=2)
    [culprit] = checks.out_of_order(logs)
    assert culprit.startswith("row: the answer to question 3")


@pytest.mark.parametrize("line", [[2, "assistant", "Something else."], [2, "staff", "Because 1."]])
def test_a_page_that_shows_other_words_differs(logs, line):
    logs.client.tabs["page"].said[1] = line
    assert len(checks.transcripts_differ(logs)) == 1


def test_a_page_that_shows_a_message_too_few_differs(logs):
    logs.client.tabs["page"].said.pop()
    assert len(checks.transcripts_differ(logs)) == 1


def test_text_that_streamed_otherwise_differs_unless_its_claim_was_over(logs):
    logs.client.tabs["page"].streamed[0] = ("r1", 1, False)
    assert len(checks.transcripts_differ(logs)) == 1
    change_try(logs, 0, claim=2)
    assert checks.transcripts_differ(logs) == []


def test_a_broken_reply_with_other_text_differs(logs):
    logs.client.tabs["page"].broken["r1"] = "Becau"
    change_try(logs, 0, state="failed", text="Because")
    assert len(checks.transcripts_differ(logs)) == 1


def test_every_token_that_the_ledger_is_off_counts(logs):
    logs.books.ledger["a1"] = Line("a1", "exact", 10, 3)
    logs.books.ledger["a2"] = Line("a2", "exact", 11, 5)
    assert checks.token_differences(logs)[0] == 3


def test_a_call_that_never_arrived_costs_nothing(logs):
    del logs.calls[0]
    assert checks.token_differences(logs)[0] == 15
    logs.books.ledger["a1"] = Line("a1", "exact", 0, 0)
    assert checks.token_differences(logs)[0] == 0


def test_an_estimate_may_differ(logs):
    logs.books.ledger["a1"] = Line("a1", "estimated", 10, 1)
    assert checks.token_differences(logs) == (0, [])


def test_a_call_without_usage_must_be_flagged(logs):
    logs.calls[0] = ModelCall("a1", 15, False, 200, "cut")
    assert len(checks.unflagged(logs)) == 1
    logs.books.ledger["a1"] = Line("a1", "unknown", 10, 1000)
    assert checks.unflagged(logs) == []


def test_a_refused_call_has_no_usage_and_needs_no_flag(logs):
    logs.calls[0] = ModelCall("a1", 0, False, 429, "error")
    logs.books.ledger["a1"] = Line("a1", "exact", 0, 0)
    assert checks.unflagged(logs) == []
    assert checks.token_differences(logs)[0] == 0


def test_a_call_without_a_ledger_entry_is_found(logs):
    del logs.books.ledger["a1"]
    assert "has no ledger entry" in checks.unflagged(logs)[0]


def test_calls_are_counted_by_question(logs):
    logs.books.attempts["a3"] = "r1"
    logs.calls.append(ModelCall("a3", 0, False, 503, "error"))
    assert checks.calls_by_mark(logs) == {"q1": 2, "q2": 1}
