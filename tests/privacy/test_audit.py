"""Who did what is written down, once, and cannot be rewritten."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from chatbot.models import GuardPolicy
from conversations.models import AuditEntry, Membership
from tests import factories

pytestmark = pytest.mark.django_db


def entries(act):
    return list(AuditEntry.objects.filter(act=act).order_by("pk"))


def signed_in(user):
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(user)
    return client


@pytest.mark.parametrize("how", ["change", "delete"])
def test_a_line_is_neither_changed_nor_deleted(acme, how):
    factories.make_member(acme, "nora")
    rows = AuditEntry.objects.filter(act="role")
    with (
        pytest.raises((InternalError, ProgrammingError), match="append-only"),
        transaction.atomic(),
    ):
        rows.update(person="nobody") if how == "change" else rows.delete()
    assert rows.get().person == ""


def test_a_sign_in_stands_at_each_tenant_of_the_person(acme, globex, ben):
    Membership.objects.create(tenant=globex, user=ben, role="viewer")
    signed_in(ben)
    assert {(one.tenant, one.person) for one in entries("sign_in")} == {
        (acme, ben.username),
        (globex, ben.username),
    }


def test_a_refused_sign_in_is_the_deployments_under_the_name_that_was_tried(ben):
    Client(REMOTE_ADDR="203.0.113.9").login(username=ben.username, password="wrong")
    entry = entries("sign_in_refused")[0]
    assert (entry.tenant, entry.details) == (None, {"tried": ben.username})


def test_an_opened_transcript_says_who_which_and_from_where(acme, ben):
    talk = factories.make_conversation(acme)
    url = reverse("admin:conversations_conversation_change", args=[talk.pk])
    signed_in(ben).get(url)
    entry = entries("opened")[0]
    assert (entry.tenant, entry.person, entry.person_id) == (acme, ben.username, ben.pk)
    assert (entry.thing, entry.thing_id) == ("conversation", str(talk.pk))
    assert entry.address == "203.0.113.9"


def test_who_may_not_open_it_leaves_no_line(acme, mallory):
    talk = factories.make_conversation(acme)
    signed_in(mallory).get(reverse("admin:conversations_conversation_change", args=[talk.pk]))
    assert entries("opened") == []


def test_a_changed_setting_names_its_fields_and_not_their_values(acme, cleo):
    policy = GuardPolicy.objects.create(tenant=acme)
    form = {"tenant": acme.pk, "sentence": "Let us not.", "flagged": "block", "hidden": ["card"]}
    url = reverse("admin:chatbot_guardpolicy_change", args=[policy.pk])
    answer = signed_in(cleo).post(url, form | {"unavailable": "answer", "link_hosts": ""})
    assert answer.status_code == 302
    entry = entries("setting")[0]
    assert (entry.tenant, entry.person) == (acme, cleo.username)
    assert entry.details["done"] == "changed"
    assert "Let us not." not in str(entry.details)


def test_a_role_says_what_it_was_and_what_it_is(acme, ben):
    member = Membership.objects.get(user=ben)
    member.role = "reviewer"
    member.save()
    member.save()
    member.delete()
    assert [(one.details["before"], one.details["after"]) for one in entries("role")] == [
        (None, "agent"),
        ("agent", "reviewer"),
        ("reviewer", None),
    ]


def test_a_tenants_log_goes_with_it_and_no_other(acme, globex):
    factories.make_member(acme, "nora")
    factories.make_member(globex, "olga")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL counterfoil.removing = 'tenant'")
        acme.delete()
    assert [one.tenant for one in AuditEntry.objects.all()] == [globex]
