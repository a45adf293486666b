"""Alerts arrive over real SMTP and HTTP, or it is said that they did not."""

import datetime
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Alert, AlertHook, Delivery
from billing.services.alerts import raise_alert
from billing.services.delivery import deliver_due
from billing.services.webhooks import signature
from tests.billing.spending import signed_in
from tests.mail import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(settings):
    with mail_server(settings) as kept:
        yield kept


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers, body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", self.server.here)
        self.end_headers()

    def log_message(self, *args):
        """Tests stay silent."""


@pytest.fixture
def receiver():
    """A web server of this machine; `status` is what it answers."""
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.status = [], 200
    server.here = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def cleo(cleo):
    cleo.email = "cleo@example.com"
    cleo.save()
    return cleo


def alert(tenant):
    return raise_alert(tenant, "anomaly", "1", "Much was spent.", "Look at it.", {"spent": "1.5"})


def pass_time():
    Delivery.objects.exclude(next_try_at=None).update(next_try_at=timezone.now())


def test_a_mail_says_why_and_what_to_do(acme, cleo, mail):
    raised = alert(acme)
    assert deliver_due() == 1
    (message,) = mail.messages
    assert (message["To"], message["Subject"]) == ("cleo@example.com", "Unusual spending: Acme")
    body = message.get_content()
    assert "Much was spent." in body
    assert "What to do: Look at it." in body
    assert f"/admin/billing/alert/{raised.pk}/change/" in body


def test_a_mail_goes_out_once(acme, cleo, mail):
    alert(acme)
    assert [deliver_due(), deliver_due()] == [1, 0]
    assert len(mail.messages) == 1


def test_a_refused_mail_is_tried_again_later(acme, cleo, mail):
    alert(acme)
    mail.refusing = True
    assert deliver_due() == 0
    mail.refusing = False
    assert deliver_due() == 0  # not yet
    pass_time()
    assert deliver_due() == 1
    assert Delivery.objects.get().tries == 2


def test_after_a_day_it_is_given_up_and_shown_so(acme, cleo, mail):
    raised = alert(acme)
    mail.refusing = True
    Alert.objects.update(raised_at=timezone.now() - datetime.timedelta(hours=23, minutes=59.8))
    deliver_due()
    delivery = Delivery.objects.get()
    assert (delivery.next_try_at, delivery.delivered_at) == (None, None)
    page = signed_in(cleo).get(reverse("admin:billing_alert_change", args=[raised.pk])).text
    assert "given up after 1 tries" in page
    assert "Try again later" in page


def test_a_webhook_gets_signed_json(acme, receiver, settings):
    settings.DEBUG = True
    hook = AlertHook.objects.create(tenant=acme, url=receiver.here)
    raised = alert(acme)
    assert deliver_due() == 1
    ((headers, body),) = receiver.got
    signed = signature(hook.secret, headers["X-Counterfoil-Timestamp"], body)
    assert headers["X-Counterfoil-Signature"] == f"sha256={signed}"
    told = json.loads(body)
    assert (told["id"], told["why"], told["do"]) == (raised.pk, "Much was spent.", "Look at it.")
    assert told["figures"] == {"spent": "1.5"}


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_answer_but_success_is_tried_again(acme, receiver, settings, status):
    settings.DEBUG = True
    receiver.status = status
    AlertHook.objects.create(tenant=acme, url=receiver.here)
    alert(acme)
    assert deliver_due() == 0
    assert len(receiver.got) == 1
    assert Delivery.objects.get().problem == f"The receiver answered {status}."
    receiver.status = 200
    pass_time()
    assert deliver_due() == 1


def test_an_address_that_is_none_is_said_to_be_and_keeps_no_other_waiting(acme, cleo, mail):
    AlertHook.objects.create(tenant=acme, url="https://hooks.example.com:99999/")
    alert(acme)
    assert deliver_due() == 1
    assert "out of range" in Delivery.objects.get(channel="webhook").problem
    assert len(mail.messages) == 1


def test_one_way_that_is_closed_keeps_no_other_waiting(acme, cleo, mail, settings):
    settings.DEBUG = True
    AlertHook.objects.create(tenant=acme, url="http://127.0.0.1:1/closed")
    alert(acme)
    assert deliver_due() == 1
    assert len(mail.messages) == 1
