"""People are mailed what they have not seen: together, seldom, and not what is done."""

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models.functions import Now

from conversations.models import AtDesk, Notice
from conversations.services import handoff, notes, notice_mails, notices
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.EMAIL_HOST = "mail.example"
    settings.PUBLIC_URL = "https://chat.example"


@pytest.fixture
def ben(ben):
    ben.email = "ben@shop.example"
    ben.save()
    return ben


def asked(tenant, number=1):
    talks = [factories.make_conversation(tenant) for _ in range(number)]
    for talk in talks:
        handoff.ask_for_person(talk)
    Notice.objects.filter(mail_at__isnull=False).update(mail_at=Now())
    return talks


def test_all_that_was_not_seen_is_one_mail(acme, ben):
    talks = asked(acme, 23)
    assert notice_mails.send_due() == 1
    (sent,) = mail.outbox
    assert sent.to == [ben.email]
    assert sent.subject == "23 notices from your desk"
    assert f"https://chat.example/admin/conversations/conversation/{talks[-1].pk}/change/" in (
        sent.body
    )
    assert "And 3 more" in sent.body


def test_the_next_mail_is_a_quarter_of_an_hour_later(acme, ben):
    asked(acme)
    notice_mails.send_due()
    asked(acme)
    assert notice_mails.send_due() == 0
    AtDesk.objects.update(mailed_at=Now() - notice_mails.APART)
    assert notice_mails.send_due() == 1
    assert [one.subject for one in mail.outbox] == ["A visitor waits for a person, at Acme"] * 2


def test_what_is_new_waits_some_minutes_for_somebody_to_see_it(acme, ben):
    handoff.ask_for_person(factories.make_conversation(acme))
    assert notice_mails.send_due() == 0


def test_what_was_seen_or_answered_is_not_mailed(acme, ben):
    (talk,) = asked(acme)
    handoff.staff_says(talk, ben, "Hello.")
    asked(acme)
    notices.see(ben)
    assert notice_mails.send_due() == 0


def test_whoever_wants_none_and_whoever_may_not_read_any_more_gets_none(acme, ben):
    asked(acme)
    notices.choose(ben, away=False, by_mail=False)
    assert notice_mails.send_due() == 0
    notices.choose(ben, away=False, by_mail=True)
    asked(acme)
    ben.memberships.all().delete()
    AtDesk.objects.update(mailed_at=None)
    assert notice_mails.send_due() == 0
    assert mail.outbox == []


def test_a_mention_leads_to_the_note_and_does_not_repeat_it(acme, ben, cleo):
    talk = factories.make_conversation(acme)
    note = notes.write_note(talk, cleo, f"@{ben.username} she is Zaphod").note
    Notice.objects.update(mail_at=Now())
    notice_mails.send_due()
    assert f"#note-{note.pk}" in mail.outbox[0].body
    assert "Zaphod" not in mail.outbox[0].body


def test_what_could_not_be_sent_comes_with_the_next(acme, ben, monkeypatch):
    asked(acme)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", _refuses)
        assert notice_mails.send_due() == 0
    AtDesk.objects.update(mailed_at=None)
    assert notice_mails.send_due() == 1


def _refuses(*_):
    raise smtplib.SMTPServerDisconnected
