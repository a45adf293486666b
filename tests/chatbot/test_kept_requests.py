"""The request of every reply can be read again exactly, without storing the talk at every turn."""

import pytest
from django.urls import reverse

from billing.models import Attempt
from chatbot.engine.kept import GONE, rebuilt
from chatbot.engine.summary import summarise
from chatbot.knowledge.ingest import store_document
from chatbot.models import GuardPolicy, PromptText
from conversations.models import Message
from tests import factories
from tests.billing.spending import signed_in
from tests.demo_model.conftest import _shared_demo, demo  # noqa: F401 - fixtures
from tests.turns import speaking, turn  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "My order number is A-1042 & it came late. " + "It was raining. " * 120


@pytest.fixture
def talk(speaking):  # noqa: F811
    """A conversation of a tenant that has a persona and a page."""
    tenant = factories.make_tenant()
    factories.make_persona(tenant, temperature=0.3, tone="formal")
    text = "Delivery costs 4 euros & takes <three> days."
    store_document(tenant, title="Delivery", url="/help/delivery", language="en", text=text)
    return factories.make_conversation(tenant)


def call_of(generation):
    return generation.attempts.get(purpose=Attempt.Purpose.REPLY)


def as_read(generation):
    attempt = call_of(generation)
    return rebuilt([attempt])[attempt.pk]


def as_received(model, generation):
    return model.ask("GET", f"/control/request?attempt={call_of(generation).pk}").json


def test_every_request_of_a_long_talk_is_read_as_the_model_received_it(talk, speaking):  # noqa: F811
    GuardPolicy.objects.create(tenant=talk.tenant, hidden=["email"])
    asked = [
        LONG,
        "I am ada@example.com.",
        "What does delivery cost?",
        *(["And more: " + LONG] * 5),
    ]
    generations = [turn(talk, text) for text in asked]
    assert summarise(talk.pk)
    generations += [turn(talk, text) for text in ("What does delivery cost?", "Thanks!")]
    for generation in generations:
        assert as_read(generation) == as_received(speaking, generation)
    bodies = str([as_read(one) for one in generations])
    assert "<summary>" in bodies
    assert "[EMAIL_1]" in bodies
    assert "<passage id=" in bodies


def test_what_was_said_and_the_system_prompt_are_not_stored_with_every_turn(talk):
    generations = [turn(talk, text) for text in (LONG, "Hello!", "Hello again!")]
    kept = [str(call_of(one).request) for one in generations]
    assert [LONG[:40] in one for one in kept[1:]] == [False, False]
    assert not any("You help." in one for one in kept)
    assert PromptText.objects.count() == 1
    assert LONG.strip() in str(as_read(generations[-1]))


def test_what_was_erased_is_gone_from_what_can_be_read(talk):
    turn(talk, LONG)
    last = turn(talk, "Hello!")
    Message.objects.filter(role="visitor", seq=1).update(text="[redacted]")
    assert "A-1042" not in str(as_read(last))
    PromptText.objects.all().delete()
    assert as_read(last)["messages"][0]["content"] == GONE


def test_another_tenants_text_is_never_read_by_its_digest(talk, speaking):  # noqa: F811
    generation = turn(talk, "Hello!")
    PromptText.objects.update(tenant=factories.make_tenant("Globex"))
    assert as_read(generation)["messages"][0]["content"] == GONE


def test_staff_read_it_part_by_part(talk):
    turn(talk, "My name is Ada.")
    generation = turn(talk, "What does delivery cost?")
    ben = factories.make_member(talk.tenant, "ben")
    attempt = call_of(generation)
    client = signed_in(ben)
    page = client.get(reverse("sent-request", args=[attempt.pk])).text
    for said in (
        "You help.\nBe formal and polite",
        "assistant v1</span>",
        "My name is Ada.",
        "Delivery costs 4 euros &amp; takes &lt;three&gt; days.</p>",
        "rank 1, score",
        '<p class="sent-text">What does delivery cost?</p>',
        "<dt>temperature</dt><dd>0.3</dd>",
        "<dt>max_tokens</dt><dd>1000</dd>",
    ):
        assert said in page
    document = attempt.request["found"][0]["document"]
    assert reverse("admin:chatbot_document_change", args=[document]) in page
    assert "$" not in page.partition("<article")[2].partition("</article")[0], (
        "money is for managers"
    )
    transcript = reverse("admin:conversations_conversation_change", args=[talk.pk])
    assert reverse("sent-request", args=[attempt.pk]) in client.get(transcript).text


def test_where_nothing_fitted_the_page_says_so(talk):
    attempt = call_of(turn(talk, "Zebra?"))
    ben = factories.make_member(talk.tenant, "ben")
    page = signed_in(ben).get(reverse("sent-request", args=[attempt.pk])).text
    assert "Nothing in the library fitted" in page


def test_a_request_that_was_kept_whole_is_read_as_it_is():
    request = {"model": "demo-1", "messages": [{"role": "user", "content": "Hi"}], "n": 1}
    attempt = Attempt(tenant_id=1, request=request)
    assert rebuilt([attempt])[attempt.pk] == request
