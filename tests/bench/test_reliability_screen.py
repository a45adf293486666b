"""The marked load shows a conversation by the widget's rules."""

import pytest

from chatbot.bench.reliability.screen import Screen


def said(seq, text, role="visitor", **more):
    data = {"id": f"m{seq}", "role": role, "text": text, **more}
    return {"type": "event", "seq": seq, "kind": "message", "data": data}


def ended(seq, kind, **data):
    return {"type": "event", "seq": seq, "kind": kind, "data": {"reply": "r", **data}}


def delta(offset, text, claim=1):
    return {"type": "delta", "reply": "r", "claim": claim, "offset": offset, "text": text}


@pytest.fixture
def screen():
    screen = Screen()
    screen.event(said(1, "Why?", reply="r"))
    return screen


def test_a_number_that_was_left_out_is_missed(screen):
    assert screen.misses(said(3, "x"))
    assert not screen.misses(said(2, "x"))


def test_text_that_leaves_a_hole_is_missed(screen):
    screen.delta(delta(0, "Be"))
    assert screen.misses(delta(3, "use"))
    assert not screen.misses(delta(2, "cause"))


def test_overlapping_text_is_shown_once(screen):
    screen.delta(delta(0, "Becau"))
    screen.delta(delta(3, "ause"))
    assert screen.live["r"].text == "Because"


def test_a_newer_claim_begins_anew_and_an_older_one_is_dropped(screen):
    screen.delta(delta(0, "Old", claim=1))
    screen.delta(delta(0, "New", claim=2))
    screen.delta(delta(3, " words", claim=1))
    assert screen.live["r"].text == "New"


def test_resuming_tells_what_is_shown(screen):
    screen.delta(delta(0, "Bec"))
    assert screen.resume() == {"type": "resume", "after": 1, "reply": "r", "claim": 1, "offset": 3}


def test_the_event_ends_what_was_streamed(screen):
    screen.delta(delta(0, "Bec"))
    streamed = screen.event(ended(2, "reply.done", id="m2", role="assistant", text="Because."))
    assert streamed.text == "Bec"
    screen.delta(delta(3, "ause"))
    assert (screen.live, screen.said[-1]) == ({}, [2, "assistant", "Because."])


def test_a_broken_reply_keeps_its_text_apart(screen):
    screen.event(ended(2, "reply.failed", code="interrupted", text="Sorry.", partial="Bec"))
    assert (screen.broken, len(screen.said)) == ({"r": "Bec"}, 1)


def test_a_reply_stopped_before_its_first_word_is_no_message(screen):
    screen.event(ended(2, "reply.stopped", id=None, role="assistant", text=""))
    assert len(screen.said) == 1


def test_a_snapshot_begins_anew(screen):
    screen.snapshot(40)
    assert (screen.seq, screen.begun_after, screen.said) == (40, 40, [])
