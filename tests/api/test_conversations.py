"""A program begins, reads, answers and closes conversations of its tenant."""

import pytest

from conversations.models import Conversation, Generation, Message
from tests import factories

pytestmark = pytest.mark.django_db


def begun(program, **given):
    answer = program.post("/conversations", given)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def test_what_the_visitor_says_is_queued_for_the_bot(program_of_cleo, acme):
    talk = begun(program_of_cleo, visitor_name="Ada", locale="de")
    answer = program_of_cleo.post(f"/conversations/{talk}/messages", {"text": "Hello?"})
    assert answer.status_code == 201
    queued = Generation.objects.get()
    assert answer.json()["reply"] == str(queued.public_id)
    assert (queued.state, queued.tenant_id) == ("queued", acme.pk)
    said = program_of_cleo.get(f"/conversations/{talk}/messages").json()["items"]
    assert [(one["role"], one["text"]) for one in said] == [("visitor", "Hello?")]
    found = Conversation.objects.get(public_id=talk)
    assert (found.visitor.name, found.visitor.sessions.get().locale) == ("Ada", "de")


def test_staff_take_over_with_what_they_say_and_hand_back(program_of_cleo, cleo):
    talk = begun(program_of_cleo)
    program_of_cleo.post(f"/conversations/{talk}/messages", {"text": "Hello?"})
    said = program_of_cleo.post(
        f"/conversations/{talk}/messages", {"text": "Cleo here.", "role": "staff"}
    ).json()
    assert (said["reply"], said["message"]["author"]) == (None, cleo.username)
    assert Message.objects.get(text="Cleo here.").author == cleo
    assert program_of_cleo.get(f"/conversations/{talk}").json()["state"] == "staff"
    assert Generation.objects.get().state == "stopped"
    assert program_of_cleo.post(f"/conversations/{talk}/hand-back").json()["state"] == "bot"
    assert program_of_cleo.post(f"/conversations/{talk}/take-over").json()["state"] == "staff"


def test_a_closed_conversation_is_over_and_its_reply_has_ended(program_of_cleo):
    talk = begun(program_of_cleo)
    program_of_cleo.post(f"/conversations/{talk}/messages", {"text": "Hello?"})
    for _ in range(2):
        assert program_of_cleo.post(f"/conversations/{talk}/close").json()["state"] == "closed"
    assert Generation.objects.get().state == "stopped"


def test_pages_hold_every_conversation_once_newest_first(program_of_cleo, acme):
    made = [factories.make_conversation(acme) for _ in range(5)]
    # two that changed in the same microsecond are told apart by their numbers
    Conversation.objects.filter(pk__in=[made[1].pk, made[2].pk]).update(
        updated_at=made[1].created_at
    )
    seen, query = [], {"limit": 2}
    while True:
        page = program_of_cleo.get("/conversations", **query).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    rows = Conversation.objects.order_by("-updated_at", "-pk")
    assert seen == [str(one.public_id) for one in rows]


def test_pages_of_messages_go_on_where_the_last_one_ended(program_of_cleo, acme):
    talk = factories.make_conversation(acme)
    texts = [f"Question {number}" for number in range(3)]
    for text in texts:
        factories.post(talk, text)
    path = f"/conversations/{talk.public_id}/messages"
    first = program_of_cleo.get(path, limit=2).json()
    rest = program_of_cleo.get(path, limit=2, cursor=first["next"]).json()
    assert [one["text"] for one in first["items"] + rest["items"]] == texts
    assert rest["next"] is None


def test_only_conversations_of_a_state_are_listed(program_of_cleo, acme):
    talk = factories.make_conversation(acme)
    factories.make_conversation(acme)
    program_of_cleo.post(f"/conversations/{talk.public_id}/close")
    items = program_of_cleo.get("/conversations", state="closed").json()["items"]
    assert [one["id"] for one in items] == [str(talk.public_id)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "  "}, 422),
        ({"text": "x" * 4001}, 422),
        ({}, 422),
        ({"text": "Hi", "rolle": "staff"}, 422),
        ({"text": "Hi", "role": "assistant"}, 422),
        ([], 422),
    ],
    ids=["blank", "long", "nothing", "typo", "bot", "list"],
)
def test_what_cannot_be_said_is_a_problem_that_says_why(program_of_cleo, body, status):
    talk = begun(program_of_cleo)
    answer = program_of_cleo.post(f"/conversations/{talk}/messages", body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]
    assert not Message.objects.exists()


def test_too_many_messages_are_refused_with_when_to_come_back(program_of_cleo, settings):
    settings.VISITOR_MESSAGES_PER_MINUTE = 1
    talk = begun(program_of_cleo)
    first, second = (
        program_of_cleo.post(f"/conversations/{talk}/messages", {"text": "Hi"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 429)
    assert 0 < int(second["Retry-After"]) <= 60


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "ZQ==", "é", "W3RydWUsMV0"])
def test_a_cursor_that_is_none_is_a_problem(program_of_cleo, cursor):
    answer = program_of_cleo.get("/conversations", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor"), answer.json()
