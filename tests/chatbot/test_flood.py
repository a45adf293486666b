"""In a flood whoever is new solves a riddle; whoever was here before notices nothing."""

import datetime
import json

import pytest
from django.utils import timezone

from chatbot import flood, puzzle
from conversations.models import Conversation, VisitorSession
from conversations.services.events import next_place
from conversations.services.limits import refuse_too_much
from conversations.services.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db
US = "http://testserver"


@pytest.fixture
def ask(client, acme, settings):
    """Opens a session from an address; two of a minute are no flood yet."""
    settings.NEW_VISITORS_PER_MINUTE, settings.NEW_VISITORS_PER_ADDRESS = 2, 50
    lane = flood._lane()
    lane.flushdb()

    def ask(address="203.0.113.1", key=acme.public_key, **body):
        return client.post(
            "/widget/session",
            json.dumps({"key": key} | body),
            "application/json",
            headers={"origin": US},
            REMOTE_ADDR=address,
        )

    yield ask
    lane.flushdb()


def answer_to(riddle):
    return {"seed": riddle["seed"], "answer": puzzle.solve(riddle["seed"], riddle["bits"])}


def flooded(ask):
    """The answer to the first who comes too many."""
    known = ask("203.0.113.1").json()
    ask("203.0.113.2")
    return known, ask("203.0.113.3")


def test_above_the_threshold_a_riddle_lets_one_in_and_only_once(ask):
    _, refused = flooded(ask)
    assert (refused.status_code, refused.json()["error"]) == (429, "puzzle")
    assert refused["Retry-After"] == "1"
    answer = answer_to(refused.json()["puzzle"])
    assert ask("203.0.113.3", puzzle=answer).status_code == 200
    assert ask("203.0.113.3", puzzle=answer).status_code == 429


@pytest.mark.parametrize(
    "answer",
    [
        None,
        5,
        {},
        {"seed": 1, "answer": 2},
        {"seed": "a", "answer": "b"},
        {"seed": "é", "answer": "1"},
    ],
)
def test_nonsense_is_no_answer(ask, answer):
    flooded(ask)
    assert ask(puzzle=answer).status_code == 429


def test_an_answer_must_be_right_in_time_and_for_this_tenant(ask, acme, globex, monkeypatch):
    _, refused = flooded(ask)
    riddle = refused.json()["puzzle"]
    answer = answer_to(riddle)
    wrong = next(
        str(one)
        for one in range(9)
        if puzzle.solved(acme.public_key, riddle["seed"], str(one)) is None
    )
    assert ask(puzzle=answer | {"answer": wrong}).status_code == 429
    assert puzzle.solved(globex.public_key, **answer) is None
    easier = riddle["seed"].replace(f".{riddle['bits']}.", ".1.", 1)
    assert puzzle.solved(acme.public_key, easier, "1") is None
    assert puzzle.solved(acme.public_key, **answer)
    monkeypatch.setattr(puzzle, "SECONDS", -1)
    assert puzzle.solved(acme.public_key, **answer) is None


def test_who_was_here_before_is_let_in_and_so_are_visitors_of_others(ask, globex):
    known, _ = flooded(ask)
    again = ask(token=known["token"])
    assert (again.status_code, again.json()["token"]) == (200, known["token"])
    assert ask(key=globex.public_key).status_code == 200


def test_an_address_that_goes_on_is_refused_without_a_riddle(ask, settings):
    settings.NEW_VISITORS_PER_MINUTE, settings.NEW_VISITORS_PER_ADDRESS = 1000, 1
    codes = [ask("2001:db8::1").json().get("error") for _ in range(12)]
    assert codes == [None, *["puzzle"] * 9, "too_many", "too_many"]
    # all of a person's network is one address
    assert ask("2001:db8::ffff").json()["error"] == "too_many"
    assert ask("2001:db8:1::1").status_code == 200


def test_without_valkey_everybody_new_solves_the_easiest(ask, settings, monkeypatch):
    nowhere = flood.Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.1)
    monkeypatch.setattr(flood, "_lane", lambda: nowhere)
    riddle = ask().json()["puzzle"]
    assert riddle["bits"] == flood.EASIEST
    assert ask(puzzle=answer_to(riddle)).status_code == 200


def test_the_work_doubles_with_the_crowd_to_a_bound():
    assert [flood.difficulty(over) for over in (1.5, 2, 4, 5, 1e9)] == [14, 15, 16, 16, 20]


def test_all_of_a_crowd_are_marked_its_first_ones_too_and_nobody_else(ask, acme):
    earlier = factories.make_conversation(acme)
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    Conversation.objects.filter(pk=earlier.pk).update(created_at=long_ago)
    _, refused = flooded(ask)
    ask(puzzle=answer_to(refused.json()["puzzle"]))
    assert not Conversation.objects.get(pk=earlier.pk).in_crowd
    assert Conversation.objects.filter(in_crowd=True).count() == 3
    assert VisitorSession.objects.filter(in_crowd=True).count() == 3


def test_one_of_a_crowd_may_write_less_also_in_a_new_conversation(ask, acme, settings):
    settings.CROWD_MESSAGES_PER_MINUTE = 1
    _, refused = flooded(ask)
    token = ask(puzzle=answer_to(refused.json()["puzzle"])).json()["token"]
    talk = Conversation.objects.order_by("-pk").first()
    factories.post(talk)
    with pytest.raises(Refused, match="a lot at once"):
        refuse_too_much(next_place(talk.pk))
    ask(token=token, fresh=True)
    newest = Conversation.objects.order_by("-pk").first()
    assert newest.pk != talk.pk
    assert newest.in_crowd
