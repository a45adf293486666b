"""What a long conversation leaves out of its prompts is summed up; failing that loses nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from billing.models import Attempt, LedgerEntry
from billing.services.attempts import Call, open_attempt
from chatbot.engine import orphans
from chatbot.engine.history import Said, place_to_cut, read
from chatbot.engine.kept import rebuilt
from chatbot.engine.outgrown import noticed
from chatbot.engine.summary import summarise
from chatbot.models import GuardPolicy, Summary
from tests import factories
from tests.demo_model.conftest import _shared_demo, demo  # noqa: F401 - fixtures
from tests.turns import FAST, speaking, turn  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "My order number is A-1042, and my size is 42. " + "It came late. " * 120


@pytest.fixture
def talk(speaking):  # noqa: F811
    """A conversation of a new tenant."""
    noticed()
    return factories.make_conversation(factories.make_tenant())


def outgrow(talk, first=LONG):
    """The conversation has more to say than its window holds."""
    turn(talk, first)
    for number in range(4):
        turn(talk, f"Number {number}: " + "and then the parcel stood there. " * 115)
    talk.refresh_from_db()


def sent(generation):
    attempt = generation.attempts.get(purpose=Attempt.Purpose.REPLY)
    return rebuilt([attempt])[attempt.pk]["messages"]


def test_a_short_conversation_wants_no_summary(talk):
    turn(talk, "My name is Ada.")
    turn(talk, "What does delivery cost?")
    assert noticed() == set()
    assert summarise(talk.pk) is None
    assert Attempt.objects.filter(purpose="summary").count() == 0


def test_what_has_outgrown_its_window_is_noticed_and_summed_up(talk):
    outgrow(talk)
    assert noticed() == {talk.pk}
    summary = summarise(talk.pk)
    assert "My order number is A-1042, and my size is 42." in summary.text
    left = read(talk.pk, talk.last_seq + 1)
    assert left.said[0].seq > summary.until_seq
    assert left.said[0].role == "visitor"
    assert not left.outgrown


def test_the_next_prompt_has_the_summary_before_what_it_does_not_cover(talk):
    outgrow(talk)
    summary = summarise(talk.pk)
    messages = sent(turn(talk, "What was my order number?"))
    assert messages[1]["role"] == "user"
    assert messages[1]["content"].startswith(f"<summary>\n{summary.text}\n</summary>\n\nNumber ")
    assert LONG not in str(messages)


def test_the_bot_still_knows_what_was_said_at_the_beginning(talk):
    outgrow(talk)
    before = turn(talk, "What was my order number?")
    summarise(talk.pk)
    after = turn(talk, "What was my order number?")
    assert "A-1042" not in before.text, "the window alone had lost it"
    assert "A-1042" in after.text


def test_the_call_stands_in_the_books_with_its_purpose_and_the_cheap_model(talk):
    outgrow(talk)
    summarise(talk.pk)
    attempt = Attempt.objects.get(purpose=Attempt.Purpose.SUMMARY)
    assert (attempt.model, attempt.state) == ("demo-1-mini", Attempt.State.SETTLED)
    assert attempt.generation == talk.generations.order_by("-pk").first()
    entry = LedgerEntry.objects.get(attempt=attempt)
    assert (entry.purpose, entry.certainty, entry.outcome) == ("summary", "exact", "stop")
    assert entry.amount > 0


def test_the_operator_names_the_model_that_sums_up(talk, settings):
    settings.SUMMARY_MODEL = "demo-1"
    outgrow(talk)
    summarise(talk.pk)
    assert Attempt.objects.get(purpose=Attempt.Purpose.SUMMARY).model == "demo-1"


def test_a_second_summary_keeps_the_facts_of_the_first(talk):
    outgrow(talk)
    first = summarise(talk.pk)
    outgrow(talk, "My telephone is blue. " + "It rang. " * 150)
    second = summarise(talk.pk)
    assert second.until_seq > first.until_seq
    assert "A-1042" in second.text
    assert "My telephone is blue." in second.text
    assert LONG not in str(sent(turn(talk, "And now?")))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 500}, "http_500"),
        ({"empty": True}, "empty"),
        ({"cut_after_tokens": 2}, "interrupted"),
    ],
    ids=["refused", "empty", "broken off"],
)
def test_where_it_fails_the_bot_answers_as_before_and_it_is_not_tried_at_every_turn(
    talk,
    speaking,  # noqa: F811
    fault,
    code,
):
    outgrow(talk)
    speaking.ask("PUT", "/control/behaviour", [{"match": "", **fault}])
    assert summarise(talk.pk) is None
    failed = Summary.objects.get()
    assert failed.text == ""
    assert failed.failure
    calls = Attempt.objects.count()
    assert summarise(talk.pk) is None
    assert Attempt.objects.count() == calls
    speaking.ask("PUT", "/control/behaviour", [FAST])
    assert turn(talk, "What does delivery cost?").state == "done"
    Summary.objects.update(begun_at=timezone.now() - timezone.timedelta(minutes=3))
    assert "A-1042" in summarise(talk.pk).text


def test_a_prompt_that_is_too_long_loses_history_before_the_summary(talk, speaking):  # noqa: F811
    outgrow(talk)
    summarise(talk.pk)
    too_long = {"match": "*", "status": 400, "code": "context_length_exceeded", "times": 2}
    speaking.ask("PUT", "/control/behaviour", [too_long, FAST])
    generation = turn(talk, "What was my order number?")
    assert generation.state == "done"
    bodies = rebuilt(generation.attempts.all())
    calls = [bodies[one.pk]["messages"] for one in generation.attempts.order_by("opened_at")]
    assert [any("<summary>" in one["content"] for one in call) for call in calls] == [
        True,
        True,
        False,
    ]
    whole, half, none = (sum(len(one["content"]) for one in call) for call in calls)
    assert whole > half > none


def test_of_two_workers_one_sums_up(talk, speaking):  # noqa: F811
    outgrow(talk)
    speaking.ask("PUT", "/control/behaviour", [FAST | {"first_token_ms": 300}])

    def work(_: int) -> Summary | None:
        try:
            return summarise(talk.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        made = list(workers.map(work, range(2)))
    assert sum(one is not None for one in made) == 1
    assert Attempt.objects.filter(purpose=Attempt.Purpose.SUMMARY).count() == 1


def test_a_summary_without_room_under_a_limit_is_not_made(talk):
    outgrow(talk)
    factories.make_limit(talk.tenant, "0.000001")
    assert summarise(talk.pk) is None
    assert Summary.objects.get().failure == "spend_limit"


def test_personal_data_is_hidden_from_the_model_that_sums_up_and_known_to_the_next_prompt(talk):
    GuardPolicy.objects.create(tenant=talk.tenant, hidden=["email"])
    outgrow(talk, "My mail is ada@example.com for you. " + "It came late. " * 120)
    summary = summarise(talk.pk)
    asked = Attempt.objects.get(purpose=Attempt.Purpose.SUMMARY).request
    assert "ada@example.com" not in str(asked)
    assert "My mail is ada@example.com for you." in summary.text
    messages = sent(turn(talk, "What was my mail?"))
    assert "My mail is [EMAIL_1] for you." in messages[1]["content"]


def test_a_summary_that_is_being_written_is_no_orphan_until_its_worker_must_be_dead(
    talk, monkeypatch
):
    generation = turn(talk, "Hello!")
    talk.generations.update(finished_at=timezone.now() - timezone.timedelta(minutes=10))
    call = Call(Attempt.Purpose.SUMMARY, "demo-1-mini", 1000, 600, {"model": "demo-1-mini"})
    attempt = open_attempt(generation, call)
    assert orphans.settle_orphans() == 0
    monkeypatch.setattr(orphans, "LONE_PATIENCE", timezone.timedelta())
    assert orphans.settle_orphans() == 1
    entry = LedgerEntry.objects.get(attempt=attempt)
    assert (entry.certainty, entry.amount) == ("unknown", attempt.held)


def test_what_was_asked_last_is_never_cut_off():
    said = [Said(1, 1, "visitor", "Hi."), Said(2, 3, "assistant", "Hello.")]
    said += [Said(3, 4, "visitor", "Tell me all."), Said(4, 6, "assistant", "word " * 2000)]
    assert place_to_cut(said) == 3
