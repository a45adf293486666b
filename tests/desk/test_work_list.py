"""The list shows whose each conversation is and who waits, worst first, and acts on several."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from chatbot.inbox.views import forget_counts
from conversations.models import Conversation, DeskSettings, Label, Wait, Work
from conversations.services import handoff, labels, notices, snoozing, turns
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/conversations/conversation/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def counted_anew():
    forget_counts()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def page(user, **query):
    return client_of(user).get(LIST, query).text


def shown(user, **query):
    """The conversations in the order of the list."""
    found = re.findall(r"/conversation/(\d+)/change/", page(user, **query))
    return list(dict.fromkeys(map(int, found)))


def talks_of(tenant, number):
    talks = [factories.make_conversation(tenant) for _ in range(number)]
    for talk in talks:
        factories.post(talk)
    return talks


def act(user, name, talks, **more):
    posted = {"action": name, "_selected_action": [talk.pk for talk in talks]} | more
    return client_of(user).post(LIST, posted, follow=True).text


def states(talks):
    rows = Conversation.objects.in_bulk([talk.pk for talk in talks])
    return [rows[talk.pk].state for talk in talks]


def test_who_waits_is_listed_worst_first_and_paged_through_in_that_order(acme, ben):
    first, second, third, _ = talks_of(acme, 4)
    for talk in (first, second, third):
        handoff.ask_for_person(talk)
    now = timezone.now()
    Wait.objects.filter(conversation=second).update(due_at=now - HOUR)
    Wait.objects.filter(conversation=third).update(due_at=now + HOUR)
    order = [second.pk, third.pk, first.pk]
    assert shown(ben, work="waiting") == order
    assert shown(ben, work="late") == [second.pk]
    assert "late by 1 h 0 min" in page(ben, work="waiting")
    filters = {"_changelist_filters": "work=waiting"}
    text = client_of(ben).get(f"{LIST}{third.pk}/change/", filters).text
    before, after = (
        re.search(rf'href="[^"]*/(\d+)/change/[^"]*" data-key="{key}"', text)[1] for key in "kj"
    )
    assert [int(before), int(after)] == [second.pk, first.pk]
    handoff.staff_says(second, ben, "Hello.")
    assert shown(ben, work="waiting") == order[1:]


def test_ones_own_and_nobodys_leave_out_what_rests_and_what_is_closed(acme, ben, cleo):
    mine, resting, closed, nobodys, hers = talks_of(acme, 5)
    for talk in (mine, resting, closed):
        turns.assign(talk, ben)
    turns.assign(hers, cleo)
    for talk in (nobodys, hers):
        handoff.ask_for_person(talk)
    snoozing.snooze(resting, timezone.now() + HOUR, ben)
    Conversation.objects.filter(pk=closed.pk).update(state="closed")
    assert shown(ben, work="mine") == [mine.pk]
    assert shown(ben, work="unassigned") == [nobodys.pk]
    assert shown(ben, work="snoozed") == [resting.pk]
    factories.post(resting)
    assert set(shown(ben, work="mine")) == {mine.pk, resting.pk}
    assert shown(ben, work="snoozed") == []
    assert shown(ben, work="nonsense") == []


def test_labels_are_shown_and_found_by_at_once(acme, globex, ben, mallory):
    first, _ = talks_of(acme, 2)
    act(ben, "label_them", [first], label="Returns")
    label = Label.objects.get()
    assert shown(ben, label=label.pk) == [first.pk]
    assert '<span class="talk-label">Returns</span>' in page(ben)
    assert "Returns" not in page(mallory)


def test_several_are_taken_closed_and_opened_at_once(acme, ben):
    talks = talks_of(acme, 3)
    assert "Done, with 3 conversations." in act(ben, "take_them", talks)
    assert set(Work.objects.values_list("assignee", flat=True)) == {ben.pk}
    act(ben, "close_them", talks[:2])
    assert states(talks) == ["closed", "closed", "bot"]
    act(ben, "reopen_them", talks)
    assert states(talks) == ["bot"] * 3
    act(ben, "snooze_them", talks)
    assert Work.objects.filter(snoozed_until=None).count() == 0


def test_several_go_round_by_turn(acme, ben, cleo):
    talks = talks_of(acme, 4)
    assert "Nobody is at their desk" in act(ben, "give_them_by_turn", talks)
    notices.seen_at_desk(ben)
    notices.seen_at_desk(cleo)
    act(ben, "give_them_by_turn", talks)
    assignees = Work.objects.values_list("assignee", flat=True)
    assert sorted(assignees) == sorted([ben.pk, cleo.pk] * 2)


def test_what_cannot_be_done_is_said_and_the_rest_is_done(acme, ben):
    full, other = talks_of(acme, 2)
    for number in range(20):
        labels.label(full, f"No {number}")
    text = act(ben, "label_them", [full, other], label="One more")
    assert "Done, with 1 conversation." in text
    assert "1 left alone" in text
    assert other.labelled.get().label.name == "One more"


def test_a_viewer_has_no_acts_and_may_do_none(acme, ben):
    vera = factories.make_member(acme, "vera", "viewer")
    talks = talks_of(acme, 1)
    assert "Assign to me" in page(ben)
    assert "Assign to me" not in page(vera)
    act(vera, "close_them", talks)
    assert states(talks) == ["bot"]


def test_whoever_answers_at_one_tenant_does_nothing_at_another(acme, globex, ben):
    factories.Membership.objects.create(tenant=globex, user=ben, role="viewer")
    theirs = talks_of(globex, 1)
    assert "You may not answer there." in act(ben, "close_them", theirs + talks_of(acme, 1))
    assert states(theirs) == ["bot"]
    outside = talks_of(factories.make_tenant("Third"), 1)
    act(ben, "close_them", outside)
    assert states(outside) == ["bot"]


def test_the_list_asks_no_more_for_more_conversations(acme, ben, django_assert_max_num_queries):
    DeskSettings.objects.create(tenant=acme, first_answer_minutes=5)
    client = client_of(ben)
    for talk in talks_of(acme, 12):
        handoff.ask_for_person(talk)
        labels.label(talk, "Returns")
        turns.assign(talk, ben)
    client.get(LIST)  # counts are kept for some seconds
    with django_assert_max_num_queries(60):
        assert client.get(LIST, {"work": "waiting"}).text.count("5 min left") in (0, 12)
