"""What happens reaches a tenant's own systems over real HTTP, signed, once, until it arrives."""

import base64
import datetime
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chatbot import intake
from chatbot.hooks.collecting import collect
from chatbot.hooks.sending import forget_old, send_due
from chatbot.models import EventHook, HookDelivery, HookKind
from conversations.services import feedback, handoff, sessions
from conversations.services.redaction import redact
from tests import factories

pytestmark = pytest.mark.django_db


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args):
        """Tests stay silent."""


@pytest.fixture
def receiver(settings):
    """A system of a tenant's; `status` is what it answers."""
    settings.DEBUG = True  # else nothing on this machine is called
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.status = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def hook(tenant, url, *kinds):
    named = list(kinds or HookKind.values)
    return EventHook.objects.create(tenant=tenant, url=url, kinds=named)


def told(receiver):
    collect()
    send_due()
    return [json.loads(body) for _, body in receiver.got]


def test_each_thing_that_happens_is_told_once(acme, ben, receiver):
    hook(acme, receiver.url)
    talk = factories.make_conversation(acme)
    generation = factories.answered(talk, "30 days.")
    handoff.ask_for_person(talk)
    handoff.take_over(talk, ben)
    handoff.hand_back(talk)
    feedback.give_thumb(talk, generation.reply.public_id, -1, reason="wrong")
    feedback.rate(talk, 4)
    intake.close(talk)
    first = told(receiver)
    assert sorted((one["type"], one["data"].get("event", "")) for one in first) == [
        ("conversation.closed", ""),
        ("conversation.handed_back", "bot.back"),
        ("conversation.handed_over", "person.asked"),
        ("conversation.handed_over", "person.joined"),
        ("feedback.given", ""),
        ("feedback.given", ""),
        ("message.created", "message"),
        ("message.created", "reply.done"),
    ]
    assert {one["data"]["conversation"] for one in first} == {str(talk.public_id)}
    assert {one["data"]["tenant"] for one in first} == {acme.slug}
    done = next(one for one in first if one["data"].get("event") == "reply.done")
    assert (done["data"]["role"], done["data"]["text"]) == ("assistant", "30 days.")
    assert len(told(receiver)) == len(first)


def test_what_is_posted_is_signed_as_standard_webhooks_has_it(acme, receiver):
    mine = hook(acme, receiver.url)
    factories.post(factories.make_conversation(acme))
    told(receiver)
    ((headers, body),) = receiver.got
    secret = mine.secret.get_secret_value()
    assert secret.startswith("whsec_")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT chatbot_eventhook::text FROM chatbot_eventhook")
        assert secret not in cursor.fetchone()[0]


def test_only_what_it_wants_of_its_own_tenant_since_it_came(acme, globex, receiver):
    factories.post(factories.make_conversation(acme))
    hook(acme, receiver.url, "message.created")
    hook(globex, receiver.url, "conversation.closed")
    talk = factories.make_conversation(acme)
    factories.post(talk, "New")
    intake.close(talk)
    factories.post(factories.make_conversation(globex))
    assert [one["data"].get("text") for one in told(receiver)] == ["New"]


def test_beginning_anew_closes_the_one_before(acme, receiver):
    hook(acme, receiver.url, "conversation.closed")
    opened = sessions.open_session(acme, None, locale="en", origin="")
    factories.post(sessions.conversation_of(opened.session))
    sessions.start_over(opened.session)
    sessions.start_over(opened.session)
    assert [one["type"] for one in told(receiver)] == ["conversation.closed"]


def test_what_is_refused_is_tried_again_under_the_same_id(acme, receiver):
    hook(acme, receiver.url)
    factories.post(factories.make_conversation(acme))
    receiver.status = 500
    told(receiver)
    row = HookDelivery.objects.get()
    assert (row.problem, row.tries, row.delivered_at) == ("The receiver answered 500.", 1, None)
    assert len(told(receiver)) == 1  # not yet
    receiver.status = 204
    HookDelivery.objects.update(next_try_at=timezone.now())
    told(receiver)
    row.refresh_from_db()
    assert (row.problem, row.tries, row.next_try_at) == ("", 2, None)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_after_a_day_it_is_given_up_and_a_manager_sends_it_again(acme, cleo, receiver):
    hook(acme, receiver.url)
    factories.post(factories.make_conversation(acme))
    receiver.status = 500
    collect()
    HookDelivery.objects.update(
        asked_at=timezone.now() - datetime.timedelta(hours=23, minutes=59.9)
    )
    send_due()
    row = HookDelivery.objects.get()
    assert (row.next_try_at, row.delivered_at) == (None, None)
    manager = Client()
    manager.force_login(cleo)
    page = manager.get(reverse("admin:chatbot_hookdelivery_change", args=[row.pk])).text
    assert "Given up" in page
    receiver.status = 200
    manager.post(reverse("admin:chatbot_hookdelivery_again", args=[row.pk]))
    assert send_due() == 1
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert receiver.got[0][1] == receiver.got[1][1]


def test_one_that_is_away_keeps_no_other_waiting(acme, receiver):
    hook(acme, "http://127.0.0.1:1/closed")
    hook(acme, receiver.url)
    talk = factories.make_conversation(acme)
    for number in range(3):
        factories.post(talk, str(number))
    assert [one["data"]["text"] for one in told(receiver)] == ["0", "1", "2"]


def test_no_address_inside_is_called(acme, receiver, settings):
    settings.DEBUG = False
    hook(acme, receiver.url.replace("http:", "https:"))
    factories.post(factories.make_conversation(acme))
    assert told(receiver) == []
    assert "not on the public internet" in HookDelivery.objects.get().problem


def test_what_was_redacted_is_not_sent_again(acme, receiver):
    hook(acme, receiver.url)
    talk = factories.make_conversation(acme)
    factories.answered(talk, "Your pin is 7431.")
    told(receiver)
    redact(talk, "7431")
    HookDelivery.objects.update(next_try_at=timezone.now())
    assert "7431" not in str(told(receiver)[2:])


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_told_too(acme, receiver):
    hook(acme, receiver.url)
    slow, quick = factories.make_conversation(acme), factories.make_conversation(acme)
    written, go_on = threading.Event(), threading.Event()

    def late():
        with transaction.atomic():
            factories.post(slow, "Late")
            written.set()
            go_on.wait(10)
        connection.close()

    writer = threading.Thread(target=late)
    writer.start()
    written.wait(10)
    factories.post(quick, "Early")
    for _ in range(3):
        seen = told(receiver)
    assert [one["data"]["text"] for one in seen] == ["Early"]
    go_on.set()
    writer.join()
    assert [one["data"]["text"] for one in told(receiver)] == ["Early", "Late"]


def test_old_deliveries_go_and_waiting_ones_stay(acme, receiver):
    hook(acme, receiver.url)
    factories.post(factories.make_conversation(acme))
    collect()
    HookDelivery.objects.update(asked_at=timezone.now() - datetime.timedelta(days=31))
    forget_old()
    assert HookDelivery.objects.exists()
    HookDelivery.objects.update(next_try_at=None)
    forget_old()
    assert not HookDelivery.objects.exists()


def test_without_a_webhook_nothing_is_read_or_written(acme, django_assert_num_queries):
    factories.post(factories.make_conversation(acme))
    with django_assert_num_queries(2):
        assert (collect(), send_due()) == (0, 0)
