"""The demo shop is what a month of real use would have left behind."""

import datetime
import io
import uuid
from collections import Counter
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from billing.models import Attempt, LedgerEntry, Price
from billing.pricing import cost_of
from billing.selectors.limits import limits_of
from billing.usage import Usage
from chatbot.demo.seed import seed_demo
from chatbot.knowledge.search import find_passages
from chatbot.models import Document, JobItem, PersonaVersion, UnansweredQuestion, Verdict
from conversations.models import (
    Conversation,
    Event,
    Generation,
    Membership,
    Message,
    Rating,
    ReviewTask,
    Tenant,
    Thumb,
    WidgetSettings,
)
from conversations.selectors.reviews import agreements
from conversations.services import generations, queue
from conversations.services.generations import Reply
from conversations.services.messages import post_visitor_message
from tests import factories


@pytest.fixture
def shop(db):
    made = seed_demo()
    assert made
    return made.tenant


def run(*arguments):
    out = io.StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_it_once_and_says_so(db):
    assert "60 conversations" in run()
    assert "nothing to do" in run()
    assert Tenant.objects.filter(is_demo=True).count() == 1


def test_a_real_tenant_with_the_slug_is_left_alone(db):
    Tenant.objects.create(name="Real", slug="acme")
    with pytest.raises(CommandError, match="another slug"):
        run()
    assert not Document.objects.exists()


def test_a_real_user_with_the_name_is_left_alone(db):
    get_user_model().objects.create_user("ben", email="ben@real.example", password="secret")
    seed_demo()
    assert not Membership.objects.filter(user__username="ben").exists()
    assert get_user_model().objects.get(username="ben").has_usable_password()


def test_the_people_are_there_and_cannot_sign_in_with_a_password(shop):
    roles = {one.user.username: one.role for one in shop.memberships.select_related("user")}
    assert roles == {"ben": "agent", "cleo": "manager", "rita": "reviewer"}
    assert not any(one.user.has_usable_password() for one in shop.memberships.all())


def test_reviewers_found_something_agreed_on_most_and_have_more_to_do(shop):
    start, end = (timezone.now() + datetime.timedelta(days=days) for days in (-40, 1))
    agreed = agreements([shop.pk], start, end)
    assert {one.criterion.name for one in agreed} >= {"Correct", "Tone", "Resolved"}
    assert all(one.agreement.things > 3 for one in agreed)
    assert all(0 < (one.agreement.kappa or 0) < 1 for one in agreed)
    assert ReviewTask.objects.filter(tenant=shop, state="open").count() == 6


def test_the_persona_is_published_with_four_openers_that_the_pages_answer(shop):
    version = PersonaVersion.objects.get(tenant=shop, published_at__isnull=False)
    assert len(version.openers) == 4
    assert all(find_passages(shop, opener) for opener in version.openers)


def test_twelve_pages_are_in_english_and_six_in_chinese(shop):
    languages = Counter(Document.objects.filter(tenant=shop).values_list("language", flat=True))
    assert languages == {"en": 12, "zh": 6}


def test_events_are_numbered_without_gaps_to_the_conversations_last(shop):
    for conversation in Conversation.objects.filter(tenant=shop):
        numbers = [event.seq for event in conversation.events.order_by("seq")]
        assert numbers == list(range(1, conversation.last_seq + 1))


def test_every_message_stands_at_the_number_of_its_event(shop):
    places = {
        (event.conversation_id, event.data.get("id")): event.seq
        for event in Event.objects.filter(tenant=shop)
    }
    messages = Message.objects.filter(tenant=shop)
    assert len(messages) > 200
    assert all(places[one.conversation_id, str(one.public_id)] == one.seq for one in messages)


def test_events_have_the_shape_that_the_product_gives_them(shop, acme):
    conversation = factories.make_conversation(acme)
    for fate in ("answer", "fail"):
        posted = post_visitor_message(conversation, client_id=uuid.uuid4(), text="Hello?")
        generation = queue.claim(posted.generation.pk)
        if fate == "answer":
            generations.finish(generation, Reply(text="Hello."))
        else:
            generations.fail(generation, code="timeout", text="Sorry.")
    real = {event.kind: shape(event) for event in conversation.events.all()}
    seeded = Event.objects.filter(tenant=shop)
    assert set(real) == set(seeded.values_list("kind", flat=True))
    assert all(shape(event) == real[event.kind] for event in seeded if event.data.get("reply"))


def shape(event):
    return {name: type(value) for name, value in event.data.items()}


def test_nothing_lies_in_the_future_and_all_within_thirty_one_days(shop):
    times = [
        *Event.objects.filter(tenant=shop).values_list("created_at", flat=True),
        *LedgerEntry.objects.filter(tenant=shop).values_list("at", flat=True),
    ]
    assert max(times) <= timezone.now() + datetime.timedelta(seconds=30)
    assert min(times) > timezone.now() - datetime.timedelta(days=31)


def test_each_reply_ends_after_it_began(shop):
    done = Generation.objects.filter(tenant=shop, state="done")
    assert all(
        one.queued_at <= one.claimed_at <= one.first_token_at <= one.finished_at for one in done
    )


def test_some_talks_wait_some_are_with_a_person_some_are_closed_and_some_replies_failed(shop):
    states = Counter(Conversation.objects.filter(tenant=shop).values_list("state", flat=True))
    assert all(states[state] for state in ("bot", "waiting", "staff", "closed"))
    failures = Generation.objects.filter(tenant=shop, state="failed")
    assert {one.failure for one in failures} == {"interrupted", "no_first_token", "server_error"}


def test_every_reply_has_one_settled_attempt_with_its_ledger_entry(shop):
    replies = Generation.objects.filter(tenant=shop).count()
    settled = Attempt.objects.filter(tenant=shop, state="settled", entries__kind="call")
    assert settled.count() == replies == LedgerEntry.objects.filter(tenant=shop).count()


def test_amounts_are_what_the_tokens_cost(shop):
    for entry in LedgerEntry.objects.filter(tenant=shop).select_related("price"):
        usage = Usage(input=entry.input_tokens, output=entry.output_tokens)
        assert entry.amount == cost_of(usage, entry.price)


def test_the_limit_knows_what_the_talks_of_this_month_cost(shop):
    (state,) = limits_of(shop)
    spent = LedgerEntry.objects.filter(tenant=shop, attempt__opened_at__gte=state.start)
    assert state.spent == spent.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]


def test_most_questions_are_answered_from_the_pages(shop):
    replies = Message.objects.filter(tenant=shop, role="assistant")
    assert replies.exclude(citations=[]).count() > replies.count() * 0.7


def test_the_pages_about_the_bot_have_something_to_show(shop):
    asked = UnansweredQuestion.objects.filter(tenant=shop)
    assert {"Is the glue of your boots vegan?", "Is there a student discount?"} <= {
        one.text for one in asked
    }
    assert not asked.filter(text__icontains="thanks").exists()
    assert not asked.filter(group=None).exists()
    verdicts = Verdict.objects.filter(tenant=shop)
    assert {one.check_name for one in verdicts} == {"words", "personal_data"}
    assert verdicts.get(false_alarm_at__isnull=False).ground == "shut up"
    items = JobItem.objects.filter(tenant=shop)
    assert {one.state for one in items} == {"done", "failed"}
    assert items.get(state="failed").problem


def test_some_visitors_said_what_they_think_and_the_widget_takes_files(shop):
    thumbs = Thumb.objects.filter(tenant=shop)
    replies = Message.objects.filter(tenant=shop, role="assistant").count()
    assert 0 < thumbs.filter(value=-1).count() < thumbs.filter(value=1).count() < replies
    assert Rating.objects.filter(tenant=shop).exists()
    assert WidgetSettings.objects.get(tenant=shop).takes_files


def test_removing_leaves_nothing_of_the_demo_and_everything_else(shop, acme):
    conversation = factories.make_conversation(acme)
    generation = factories.answered(conversation)
    price = Price.objects.get(model="demo-1")
    factories.make_ledger_entry(generation, price, Usage(input=10, output=5))
    factories.make_conversation(shop)  # somebody tried the shop
    prices = Price.objects.count()

    assert "gone" in run("--remove")

    assert not Tenant.objects.filter(is_demo=True).exists()
    assert set(Message.objects.values_list("tenant", flat=True)) == {acme.pk}
    assert LedgerEntry.objects.aggregate(Sum("amount"))["amount__sum"] > 0
    assert Price.objects.count() == prices
    assert not get_user_model().objects.filter(username__in=["ben", "cleo"]).exists()
    assert "nothing to do" in run("--remove")


def test_a_removed_shop_can_be_made_again(shop):
    run("--remove")
    assert "60 conversations" in run()
