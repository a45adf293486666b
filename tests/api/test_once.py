"""A request sent twice under its idempotency key is done once and answered the same."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from chatbot.hooks.sending import forget_old
from chatbot.models import ApiToken, KeptAnswer, Scope
from conversations.models import Conversation, Message
from conversations.services.erasing import erase_visitor
from tests import factories
from tests.api.programs import Program, program

pytestmark = pytest.mark.django_db


def test_the_same_request_is_answered_as_before(program_of_cleo):
    first, again = (program_of_cleo.post("/conversations", {}, key="a") for _ in range(2))
    assert (first.content, first.status_code) == (again.content, again.status_code)
    assert (again["Idempotency-Replayed"], first.get("Idempotency-Replayed")) == ("true", None)
    assert Conversation.objects.count() == 1
    program_of_cleo.post("/conversations", {}, key="b")
    assert Conversation.objects.count() == 2


def test_a_refusal_is_answered_again_too(program_of_cleo, acme):
    talk = factories.make_conversation(acme)
    path = f"/conversations/{talk.public_id}/messages"
    answers = [program_of_cleo.post(path, {"text": " "}, key="a") for _ in range(2)]
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[1]["Content-Type"] == "application/problem+json"


def test_what_may_be_tried_later_is_not_kept(program_of_cleo, acme, settings):
    settings.TENANT_WAITING = 0
    talk = factories.make_conversation(acme)
    path = f"/conversations/{talk.public_id}/messages"
    assert program_of_cleo.post(path, {"text": "Hi"}, key="a").status_code == 429
    settings.TENANT_WAITING = 9
    assert program_of_cleo.post(path, {"text": "Hi"}, key="a").status_code == 201


def test_a_key_that_comes_with_another_request_is_refused(program_of_cleo):
    program_of_cleo.post("/conversations", {}, key="a")
    answer = program_of_cleo.post("/conversations", {"visitor_name": "Ada"}, key="a")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_keys_of_different_tokens_have_nothing_to_do_with_each_other(program_of_cleo, acme, cleo):
    other = program(acme, cleo, Scope.WRITE)
    ids = {one.post("/conversations", {}, key="a").json()["id"] for one in (other, program_of_cleo)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["a b", "ä", "x" * 201], ids=["blank", "umlaut", "long"])
def test_a_key_that_is_none_is_refused(program_of_cleo, key):
    answer = program_of_cleo.post("/conversations", {}, key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_key")


def test_a_request_whose_process_died_is_carried_out_by_the_next(program_of_cleo):
    program_of_cleo.post("/conversations", {}, key="a")
    KeptAnswer.objects.update(status=None)
    assert program_of_cleo.post("/conversations", {}, key="a").status_code == 409
    KeptAnswer.objects.update(at=timezone.now() - datetime.timedelta(minutes=2))
    assert program_of_cleo.post("/conversations", {}, key="a").status_code == 201


def test_after_a_day_the_key_is_free(program_of_cleo):
    program_of_cleo.post("/conversations", {}, key="a")
    old = timezone.now() - datetime.timedelta(days=1, seconds=1)
    KeptAnswer.objects.update(at=old)
    answer = program_of_cleo.post("/conversations", {"visitor_name": "Ada"}, key="a")
    assert answer.json()["visitor_name"] == "Ada"
    KeptAnswer.objects.update(at=old)
    forget_old()
    assert not KeptAnswer.objects.exists()


def test_a_kept_answer_goes_with_its_conversation(program_of_cleo, acme):
    talk = factories.make_conversation(acme)
    path = f"/conversations/{talk.public_id}/messages"
    program_of_cleo.post(path, {"text": "My number is 7"}, key="a")
    assert "number" in KeptAnswer.objects.get().body
    erase_visitor(talk.visitor)
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_say_it_once(acme, cleo):
    token = program(acme, cleo, Scope.WRITE).token
    talk = factories.make_conversation(acme)
    statuses = []

    def say():
        answer = Program(token).post(
            f"/conversations/{talk.public_id}/messages", {"text": "Hi"}, key="a"
        )
        statuses.append(answer.status_code)
        connection.close()

    threads = [threading.Thread(target=say) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Message.objects.count() == 1
    assert ApiToken.objects.get().asked == 10
