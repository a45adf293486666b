"""What a tenant lets through is the manager's choice, and wrong choices are refused."""

import pytest
from django.urls import reverse

from chatbot.guardrails.policy import guard_now
from chatbot.knowledge.ingest import store_document
from chatbot.models import GuardPolicy, Verdict
from tests import factories
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import saved

pytestmark = pytest.mark.django_db
ADD = "/admin/chatbot/guardpolicy/add/"


def test_a_policy_is_kept(acme, cleo):
    response = saved(
        signed_in(cleo), ADD, hidden=["email"], link_hosts="Shop.Example.com\nlocalhost:8080"
    )
    assert response.status_code == 302
    policy = GuardPolicy.objects.get()
    assert policy.hidden == ["email"]
    assert {"shop.example.com", "localhost:8080"} <= guard_now(acme).hosts


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("link_hosts", "https://shop.example.com/x", "is no site"),
        ("hidden", ["shoe size"], "Select a valid choice"),
        ("moderation_model", "nobody-priced-it", "has no price yet"),
    ],
)
def test_a_wrong_choice_is_refused(acme, cleo, field, value, said):
    assert said in saved(signed_in(cleo), ADD, **{field: value}).text
    assert not GuardPolicy.objects.exists()


def test_the_tenants_own_sites_and_documents_may_be_linked(acme):
    acme.allowed_origins = ["https://www.acme.example"]
    url = "https://help.acme.example/returns"
    store_document(acme, title="Returns", url=url, language="en", text="Thirty days.")
    assert {"www.acme.example", "help.acme.example"} <= guard_now(acme).hosts


def test_without_a_policy_secrets_and_cards_are_hidden(acme):
    assert set(guard_now(acme).policy.hidden) == {"secret", "iban", "id_number", "card"}


def test_staff_mark_a_false_alarm_in_the_transcript_and_take_it_back(acme, ben):
    generation = factories.answered(factories.make_conversation(acme))
    verdict = Verdict.objects.create(
        tenant=acme,
        generation=generation,
        side="answer",
        check_name="words",
        outcome="masked",
        ground="ass",
        written="a s s",
    )
    client = signed_in(ben)
    page = reverse("admin:conversations_conversation_change", args=[generation.conversation_id])
    assert "a s s" in client.get(page).text
    mark = reverse("admin:chatbot_verdict_false_alarm", args=[verdict.pk])
    assert client.post(mark, {"back": page}).url == page
    verdict.refresh_from_db()
    assert verdict.false_alarm_by == ben
    client.post(mark, {"back": "https://evil.example/"})
    verdict.refresh_from_db()
    assert verdict.false_alarm_at is None
