"""The pages of the house say what they did, what they will do, and why they did not."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.models import GuardPolicy
from conversations.models import AuditEntry, Export, Membership, Visitor
from conversations.roles import Act
from tests import factories
from tests.privacy.planted import plant

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner(acme):
    return factories.make_member(acme, "olga", "owner")


@pytest.fixture
def reviewer(acme):
    return factories.make_member(acme, "rita", "reviewer")


def test_the_table_of_roles_is_the_one_in_the_code(ben):
    text = signed_in(ben).get(reverse("house:roles")).text
    assert text.count(">yes<") == 5 + 4 + 3 * 3 + 2 * 4 + 1
    assert all(act.label in text for act in Act)


def test_the_last_owner_stays(acme, owner):
    mine = Membership.objects.get(user=owner)
    url = reverse("house:member", args=[acme.slug, mine.pk])
    for form in ({"role": "agent"}, {"remove": "yes"}):
        assert "needs an owner" in signed_in(owner).post(url, form, follow=True).text
    assert Membership.objects.get(user=owner).role == "owner"


def test_somebody_who_has_an_account_joins_without_a_link(acme, owner, mallory):
    url = reverse("house:members", args=[acme.slug])
    text = (
        signed_in(owner).post(url, {"name": mallory.username, "role": "viewer"}, follow=True).text
    )
    assert "belongs to Acme now" in text
    assert "/account/password/reset" not in text


@pytest.mark.parametrize(
    ("name", "why"), [("nobody", "Give a mail address"), ("", "required"), ("olga", "Nobody signs")]
)
def test_a_wrong_name_is_told_and_kept_in_the_form(acme, owner, name, why):
    answer = signed_in(owner).post(
        reverse("house:members", args=[acme.slug]), {"name": name, "role": "agent"}
    )
    assert answer.status_code == 400
    assert why in answer.text
    assert f'value="{name}"' in answer.text or not name


def test_days_are_kept_only_after_the_count_was_shown(acme, owner, ben):
    url, client = reverse("house:retention", args=[acme.slug]), signed_in(owner)
    looked = client.post(url, {"kept_days": "30"})
    acme.refresh_from_db()
    assert "Conversations that would go now" in looked.text
    assert acme.kept_days is None
    client.post(url, {"kept_days": "30", "keep": "yes"})
    acme.refresh_from_db()
    assert acme.kept_days == 30
    entry = AuditEntry.objects.filter(act="setting").get()
    assert entry.details == {"what": "kept days", "before": None, "after": 30}


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999999"])
def test_no_days_that_make_no_sense(acme, owner, days):
    answer = signed_in(owner).post(
        reverse("house:retention", args=[acme.slug]), {"kept_days": days}
    )
    assert answer.status_code == 400


def test_a_redaction_is_looked_at_and_then_done(acme, ben, reviewer):
    talk = plant(acme, ben).talk
    url, client = reverse("house:redact", args=[talk.pk]), signed_in(reviewer)
    looked = client.get(url, {"words": "Zaphod"})
    assert "Messages with these words" in looked.text
    assert "Zaphod" in talk.messages.order_by("seq").first().text
    page = client.post(url, {"words": "Zaphod"}, follow=True)
    assert "Redacted in 3 messages" in page.text
    again = client.post(url, {"words": "Zaphod"})
    assert "do not stand in this conversation" in again.text


def test_the_files_of_a_conversation_are_named_and_not_cached(acme, ben, reviewer):
    talk = plant(acme, ben, "Ada").talk
    for form, kind in (("json", "application/json"), ("md", "text/markdown")):
        answer = signed_in(reviewer).get(reverse("house:conversation-as", args=[talk.pk, form]))
        assert answer.headers["Content-Type"].startswith(kind)
        assert f"{talk.public_id}.{form}" in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Hello Ada!" in answer.text
    page = signed_in(reviewer).get(reverse("house:conversation-as", args=[talk.pk, "html"])).text
    assert "Hello Ada!" in page
    assert "<script" not in page


def test_an_erasure_needs_the_tick(acme, ben, cleo):
    visitor = plant(acme, ben).talk.visitor
    url, client = reverse("house:erase-visitor", args=[visitor.pk]), signed_in(cleo)
    assert "Tick the box" in client.post(url).text
    assert Visitor.objects.filter(pk=visitor.pk).exists()
    assert (
        "Erased: 1 conversations, 3 messages" in client.post(url, {"sure": "1"}, follow=True).text
    )
    assert not Visitor.objects.filter(pk=visitor.pk).exists()


def test_an_export_is_asked_for_and_its_page_shows_how_far_it_is(acme, reviewer):
    factories.make_conversation(acme)
    client = signed_in(reviewer)
    client.post(reverse("admin:conversations_export_add"), {"tenant": acme.pk, "first_day": ""})
    export = Export.objects.get()
    assert (export.total, export.asked_by) == (1, reviewer)
    page = reverse("admin:conversations_export_change", args=[export.pk])
    assert "0 of 1 conversations" in client.get(page).text


def test_days_the_wrong_way_round_are_refused(acme, reviewer):
    form = {"tenant": acme.pk, "first_day": "2026-02-01", "last_day": "2026-01-01"}
    answer = signed_in(reviewer).post(reverse("admin:conversations_export_add"), form)
    assert "turn them round" in answer.text
    assert not Export.objects.exists()


def test_the_log_as_a_file_holds_what_the_filter_shows_and_no_formula(acme, globex, cleo, mallory):
    GuardPolicy.objects.create(tenant=acme)
    AuditEntry.objects.create(tenant=acme, act="opened", person="=cmd()", thing_id="7")
    AuditEntry.objects.create(tenant=acme, act="erased", person="ann")
    AuditEntry.objects.create(tenant=globex, act="opened", person="theirs")
    url = reverse("admin:conversations_auditentry_csv")
    answer = signed_in(cleo).get(url, {"act__exact": "opened"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["person"], row["act"]) for row in rows] == [("'=cmd()", "opened")]


def test_a_viewer_is_shown_no_buttons_that_would_refuse_them(acme, ben, reviewer):
    talk = plant(acme, ben, "Ada").talk
    url = reverse("admin:conversations_conversation_change", args=[talk.pk])
    viewer = factories.make_member(acme, "vera", "viewer")
    assert "Write to the visitor" not in signed_in(viewer).get(url).text
    assert "Redact words" not in signed_in(viewer).get(url).text
    assert "Write to the visitor" in signed_in(reviewer).get(url).text
    assert "Redact words" in signed_in(reviewer).get(url).text
