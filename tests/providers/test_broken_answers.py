"""Every way an answer can end short of being whole has its own code, and keeps what was said."""

import socket

import pytest

from chatbot.providers.base import Prompt
from chatbot.providers.errors import Family
from chatbot.providers.limits import Limits
from chatbot.providers.servers import Kind, Server
from tests.providers.conftest import MESSAGES, stream

SOME = {"tokens": 10, "token_ms": 5}


@pytest.mark.parametrize(
    ("behaviour", "code", "family", "words"),
    [
        ({"cut_after_tokens": 5}, "interrupted", Family.BROKEN, 5),
        ({"cut_after_tokens": 0}, "interrupted", Family.BROKEN, 0),
        ({"end_early_after_tokens": 5}, "interrupted", Family.BROKEN, 5),
        ({"corrupt_after_tokens": 5}, "malformed", Family.BROKEN, 5),
        ({"stall_before_headers": True}, "no_first_token", Family.SILENT, 0),
        ({"stall_after_tokens": 0}, "no_first_token", Family.SILENT, 0),
        ({"stall_after_tokens": 5}, "silent", Family.BROKEN, 5),
    ],
)
def test_what_breaks_off_is_told_apart(ask, behaviour, code, family, words):
    finished = ask(SOME | behaviour, first_token=0.5, idle=0.5)
    assert (finished.failure.code, finished.failure.family) == (code, family)
    assert len(finished.text.split()) == words
    assert finished.failure.billed


def test_an_answer_that_never_ends_is_cut_at_the_limit_for_the_whole(ask):
    finished = ask({"tokens": 1000, "token_ms": 20}, whole=0.6)
    assert finished.failure.code == "too_slow"
    assert len(finished.text.split()) > 5


def test_a_slow_answer_that_keeps_coming_is_no_silence(ask):
    finished = ask({"tokens": 8, "token_ms": 150}, first_token=0.6, idle=0.5)
    assert finished.failure is None
    assert len(finished.text.split()) == 8


@pytest.mark.parametrize(
    ("reason", "code", "family"),
    [
        ("stop", "empty", Family.EMPTY),
        ("length", "empty_at_limit", Family.EMPTY),
        ("content_filter", "content_filter", Family.POLICY),
    ],
)
def test_an_empty_answer_says_why_it_is_empty(ask, reason, code, family):
    failure = ask({"empty": True, "finish_reason": reason}).failure
    assert (failure.code, failure.family) == (code, family)


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_answer_cut_by_limit_or_filter_is_kept_with_its_reason(ask, reason):
    finished = ask(SOME | {"finish_reason": reason})
    assert finished.failure is None
    assert finished.finish_reason == reason


def test_nobody_there_is_told_from_nobody_answering():
    prompt = Prompt("demo-1", MESSAGES, 50)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = Server("none", Kind.COMPATIBLE, f"http://127.0.0.1:{closed.getsockname()[1]}/v1")
        failure = stream(server, prompt)[0].failure
    assert (failure.code, failure.family, failure.billed) == ("unreachable", Family.DOWN, False)


def test_a_connection_that_is_not_taken_has_a_limit_of_its_own():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:  # as many as its queue takes, and more
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            server = Server("full", Kind.COMPATIBLE, f"http://127.0.0.1:{port}/v1")
            failure = stream(server, Prompt("m", MESSAGES, 5), Limits(connect=0.5))[0].failure
        finally:
            for one in waiting:
                one.close()
    assert (failure.code, failure.family) == ("connect_timeout", Family.DOWN)
    assert not failure.billed
