"""A line of the log names what it is about by ids, and repeats nothing of what was said."""

import io
import json
import logging

import pytest
from django.test import Client

from chatbot import logs
from chatbot.engine import turn as turns
from chatbot.guardrails.personal_data import RedactingFilter
from tests import factories
from tests.turns import turn

SAID = "My card is 4111 1111 1111 1111"


@pytest.fixture
def lines():
    """What is logged meanwhile, as a collector of JSON lines reads it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    handler.addFilter(RedactingFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    logs.only_about()


def test_lines_of_a_turn_name_conversation_reply_and_call(speaking, lines, monkeypatch):
    def broken(*_):
        raise RuntimeError(SAID)

    monkeypatch.setattr(turns, "examine", broken)
    talk = factories.make_conversation(factories.make_tenant())
    generation = turn(talk, SAID)
    (line,) = [one for one in lines() if one["logger"] == "chatbot.engine.turn"]
    assert line["conversation"] == talk.pk
    assert line["reply"] == str(generation.public_id)
    assert line["attempt"] == str(generation.attempts.get().pk)
    assert line["level"] == "error"
    assert "RuntimeError" in line["traceback"]
    assert "4111" not in json.dumps(line)


def test_a_line_of_a_request_names_it_and_so_does_the_answer(lines):
    answer = Client().get("/nothing-here", headers={"X-Request-ID": "proxy-17"})
    assert answer.headers["X-Request-ID"] == "proxy-17"
    (line,) = [one for one in lines() if one["logger"] == "django.request"]
    assert line["request"] == "proxy-17"


@pytest.mark.parametrize(
    "sent", ["", "a b", "x" * 65, 'x","event":"forged'], ids=["none", "blank", "long", "forged"]
)
def test_a_request_without_a_good_id_gets_one(sent):
    first, second = (
        Client().get("/livez", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
        for _ in range(2)
    )
    assert logs.REQUEST_ID.fullmatch(first)
    assert first != second != sent


def test_ids_of_one_turn_are_not_said_of_the_next(lines):
    logs.only_about(conversation=1, attempt="a")
    logs.only_about(conversation=2)
    logging.getLogger("x").warning("now")
    assert lines()[0]["conversation"] == 2
    assert "attempt" not in lines()[0]


def test_what_hangs_on_a_record_is_not_told(lines):
    logging.getLogger("x").warning("now", extra={"visitor": "Ada"})
    assert "Ada" not in json.dumps(lines())


def test_a_line_for_people_ends_with_the_ids():
    logs.only_about(conversation=7)
    record = logging.LogRecord("x", 30, "", 1, "Late", (), None)
    text = logs.LineFormatter("{name}: {message}", style="{").format(record)
    logs.only_about()
    assert text == "x: Late [conversation=7]"
