"""Managers are mailed what their tenant spent: on Monday at seven of its place, once."""

import datetime
import threading
import zoneinfo
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from billing.digests import MONTH, WEEK
from billing.models import SentDigest
from billing.services import digest
from billing.services.digest import due_period, send_due
from billing.usage import Usage
from conversations.models import Membership
from tests import factories
from tests.billing.spending import rows_of
from tests.mail import mail_server

pytestmark = pytest.mark.django_db
BERLIN, KATHMANDU, LOS_ANGELES = (
    zoneinfo.ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kathmandu", "America/Los_Angeles")
)
MONDAY = datetime.date(2026, 11, 23)


def seven(zone: zoneinfo.ZoneInfo | datetime.timezone, day: datetime.date = MONDAY):
    return datetime.datetime.combine(day, datetime.time(7), zone)


NOW = seven(datetime.UTC)


@pytest.fixture
def mail(settings):
    """The mail server that the deployment sends to."""
    with mail_server(settings) as kept:
        yield kept


def manager(tenant, name: str, role: str = "manager", often: str = WEEK):
    """Somebody with a mail address who may see money."""
    user = factories.make_member(tenant, name, role)
    user.email = f"{name}@example.com"
    user.save()
    Membership.objects.filter(user=user).update(digest=often)
    return user


def spend(tenant, days_ago: int = 3, tokens: int = 1_000_000, price=None):
    generation = factories.answered(factories.make_conversation(tenant))
    price = price or factories.make_price(f"{tenant.slug}-model", input="1")
    moment = NOW - datetime.timedelta(days=days_ago)
    return factories.make_ledger_entry(generation, price, Usage(tokens, 0), moment)


@pytest.mark.parametrize("zone", [BERLIN, KATHMANDU, LOS_ANGELES], ids=str)
def test_a_week_is_told_from_monday_at_seven_of_the_place(zone):
    moment, minute = seven(zone), datetime.timedelta(minutes=1)
    assert due_period(WEEK, zone, moment - minute) is None
    found = due_period(WEEK, zone, moment)
    assert found
    assert (found.first, found.last) == (datetime.date(2026, 11, 16), datetime.date(2026, 11, 22))
    assert due_period(WEEK, zone, moment + datetime.timedelta(days=2)) is None


def test_a_month_is_told_on_its_first_day():
    first = seven(BERLIN, datetime.date(2026, 11, 1))
    found = due_period(MONTH, BERLIN, first)
    assert found
    assert str(found) == "October 2026"
    assert due_period(MONTH, BERLIN, seven(BERLIN)) is None


def test_managers_and_owners_get_the_figure_and_nobody_else_does(acme, globex, mail):
    manager(acme, "cleo")
    manager(acme, "olga", "owner")
    manager(acme, "ben", "agent")
    manager(acme, "nora", often="never")
    manager(globex, "mallory", "owner")
    spend(acme)
    spend(acme, days_ago=10, tokens=500_000, price=factories.make_price("older", input="1"))
    assert send_due(NOW) == 2
    assert sorted(str(one["To"]) for one in mail.messages) == [
        "cleo@example.com",
        "olga@example.com",
    ]
    subject = "Acme: $1.000 spent last week, +100 %"
    assert {str(one["Subject"]) for one in mail.messages} == {subject}


def test_text_and_html_say_the_same_and_escape_what_is_not_theirs(acme, mail):
    acme.name = "<b>R&B</b>\nShop"
    acme.save()
    manager(acme, "cleo")
    spend(acme)
    send_due(NOW)
    (message,) = mail.messages
    text = message.get_body(["plain"]).get_content()
    html = message.get_body(["html"]).get_content()
    assert str(message["Subject"]).startswith("<b>R&B</b> Shop: $1.000 spent")
    assert "<b>R&B</b>" in text
    assert "&lt;b&gt;R&amp;B" in html
    for words in ("$1.000", f"{acme.slug}-model", "16 November", "no forecast", "Volume"):
        assert words in text
        assert words in html
    assert "{" not in text + html


def test_the_link_opens_the_report_of_the_same_days(acme, mail):
    user = manager(acme, "cleo")
    entry = spend(acme)
    spend(acme, days_ago=0, price=entry.price)
    send_due(NOW)
    text = mail.messages[0].get_body(["plain"]).get_content()
    (link,) = [word for word in text.split() if "/spend/" in word]
    client = Client()
    client.force_login(user)
    parts = urlsplit(link)
    assert client.get(f"{parts.path}?{parts.query}").status_code == 200
    rows = rows_of(client.get(f"/admin/reports/spend.csv?{parts.query}"))
    assert sum(Decimal(row["amount_usd"]) for row in rows) == entry.amount


def test_who_asks_again_sends_nothing_twice(acme, mail):
    manager(acme, "cleo")
    spend(acme)
    assert [send_due(NOW), send_due(NOW), send_due(NOW + datetime.timedelta(hours=5))] == [1, 0, 0]
    assert len(mail.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_send_it_once(acme, mail):
    manager(acme, "cleo")
    spend(acme)
    counts, together = [], threading.Barrier(2)

    def run() -> None:
        together.wait()
        counts.append(send_due(NOW))
        connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(counts) == [0, 1]
    assert len(mail.messages) == 1


def test_what_the_mail_server_refused_leaves_the_next_time(acme, mail):
    manager(acme, "cleo")
    spend(acme)
    mail.refusing = True
    assert send_due(NOW) == 0
    assert SentDigest.objects.get().sent_at is None
    mail.refusing = False
    assert send_due(NOW + datetime.timedelta(minutes=15)) == 1
    assert SentDigest.objects.get().sent_at


def test_a_tenant_that_called_no_model_is_not_written_to(acme, mail):
    manager(acme, "cleo")
    spend(acme, days_ago=20)
    assert send_due(NOW) == 0
    assert mail.messages == []


def test_a_tenant_that_cannot_be_read_keeps_nobody_elses_from_being_sent(
    acme, globex, mail, monkeypatch
):
    for tenant, name in ((acme, "cleo"), (globex, "mallory")):
        manager(tenant, name)
        spend(tenant)
    facts_of = digest.facts_of

    def facts(tenant, *about):
        if tenant == acme:
            raise RuntimeError("unreadable")
        return facts_of(tenant, *about)

    monkeypatch.setattr(digest, "facts_of", facts)
    assert send_due(NOW) == 1
    assert str(mail.messages[0]["To"]) == "mallory@example.com"


def test_without_a_mail_server_nothing_is_tried(acme, settings):
    manager(acme, "cleo")
    spend(acme)
    settings.EMAIL_HOST = ""
    assert send_due(NOW) == 0
    assert not SentDigest.objects.exists()
