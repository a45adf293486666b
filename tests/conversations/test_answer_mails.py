"""Who left an address and has gone is mailed what staff say, once; who is there reads it there."""

import datetime

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.utils import timezone
from redis import Redis

from conversations.hints import watchers_key
from conversations.models import AnswerMail, Visitor, VisitorSession
from conversations.services import answer_mails, contacts, handoff
from tests.factories import make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(acme, settings):
    settings.EMAIL_HOST = "mail.example.com"
    talk = make_conversation(acme)
    contacts.keep_mail(talk.visitor, "ada@example.com")
    return talk


def due():
    past = timezone.now() - datetime.timedelta(minutes=1)
    AnswerMail.objects.filter(due_at__isnull=False).update(due_at=past)


def test_what_staff_say_is_one_mail_in_the_visitors_language(acme, talk, ben):
    acme.allowed_origins = ["https://shop.example"]
    acme.save()
    VisitorSession.objects.update(locale="de", page="https://shop.example/cart")
    handoff.staff_says(talk, ben, "Thirty days.")
    handoff.staff_says(talk, ben, "For shoes too.")
    assert answer_mails.send_due() == 0, "it waits whether more is said"
    due()
    assert answer_mails.send_due() == 1
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.com"]
    assert sent.subject == "Eine Antwort von Acme"
    places = [sent.body.index(one) for one in ("Thirty days.", "For shoes", "shop.example/cart")]
    assert places == sorted(places)
    due()
    assert answer_mails.send_due() == 0
    assert AnswerMail.objects.filter(sent_at__isnull=False).count() == 2


def test_a_page_of_another_site_is_not_passed_on(talk, ben):
    VisitorSession.objects.update(page="https://evil.example/")
    handoff.staff_says(talk, ben, "Hello")
    due()
    answer_mails.send_due()
    assert "evil" not in mail.outbox[0].body


def test_what_is_read_on_the_screen_is_not_mailed(talk, ben):
    redis = Redis.from_url(django_settings.REDIS_URL)
    handoff.staff_says(talk, ben, "Hello")
    due()
    redis.sadd(watchers_key(talk.pk), "mailbox")
    assert answer_mails.send_due() == 0
    redis.delete(watchers_key(talk.pk))
    due()
    assert answer_mails.send_due() == 0
    assert mail.outbox == []


def test_who_asked_for_no_mail_gets_none(acme, talk, ben, settings):
    other = make_conversation(acme)
    Visitor.objects.filter(pk=other.visitor_id).update(email="bo@example.com")
    handoff.staff_says(other, ben, "Hello")
    settings.EMAIL_HOST = ""
    handoff.staff_says(talk, ben, "Hello")
    assert not AnswerMail.objects.exists()


def test_a_mail_server_that_is_away_is_tried_again_for_a_day(talk, ben, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    handoff.staff_says(talk, ben, "Hello")
    due()
    assert answer_mails.send_due() == 0
    waiting = AnswerMail.objects.get()
    assert waiting.due_at > timezone.now()
    assert (waiting.tries, waiting.sent_at) == (1, None)
    talk.messages.update(created_at=timezone.now() - datetime.timedelta(days=2))
    due()
    assert answer_mails.send_due() == 0
    assert AnswerMail.objects.get().due_at is None
