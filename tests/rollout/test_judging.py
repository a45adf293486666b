"""A canary that is worse than what is usual rolls itself back, and says why."""

import pytest

from billing.models import Alert
from chatbot.models import Rollout
from chatbot.rollout.judging import compare
from chatbot.rollout.watching import watch
from chatbot.tasks import watch_rollouts
from conversations.models import Generation
from tests.rollout.canaries import begun, turns

pytestmark = pytest.mark.django_db


def ended(rollout):
    rollout.refresh_from_db()
    return rollout.state == Rollout.State.ROLLED_BACK


@pytest.mark.parametrize(
    ("new", "usual", "said"),
    [
        ({"failed": 20}, {"failed": 1}, "Error rate is 48 points higher"),
        ({"costs": "0.002"}, {}, "Cost of a reply is 100 % higher"),
        ({"down": 30}, {"up": 30}, "Thumbs down is 100 points higher"),
        ({"asked": 20}, {"asked": 2}, "Hand-offs is 45 points higher"),
    ],
    ids=["errors", "cost", "thumbs", "hand-offs"],
)
def test_what_is_worse_is_rolled_back_and_managers_are_told(acme, new, usual, said):
    rollout = begun(acme)
    turns(acme, rollout.arm_new, 40, **new)
    turns(acme, rollout.arm_usual, 40, **usual)
    watch_rollouts()
    assert ended(rollout)
    assert said in rollout.why_ended
    assert rollout.ended_by is None
    alert = Alert.objects.get(tenant=acme, kind="rollout")
    assert said in alert.why
    assert watch() == 0


@pytest.mark.parametrize("switched_off", [True, False])
def test_a_rule_that_is_switched_off_rolls_nothing_back(acme, switched_off):
    rollout = begun(acme, most_errors=None if switched_off else 5)
    turns(acme, rollout.arm_new, 20, failed=15)
    turns(acme, rollout.arm_usual, 20)
    assert watch() == (not switched_off)


def test_what_is_as_good_stays(acme):
    rollout = begun(acme)
    alike = {"failed": 2, "down": 3, "up": 10, "asked": 4}
    turns(acme, rollout.arm_new, 40, **alike)
    turns(acme, rollout.arm_usual, 40, **alike)
    assert watch() == 0
    assert not ended(rollout)


def test_an_outage_that_meets_both_arms_is_not_the_canarys_fault(acme):
    rollout = begun(acme)
    turns(acme, rollout.arm_new, 12, failed=12)
    turns(acme, rollout.arm_usual, 12, failed=12)
    assert watch() == 0
    assert not ended(rollout)


@pytest.mark.parametrize("usual", range(7))
def test_five_of_five_bad_turns_are_enough_however_few_others_there_were(acme, usual):
    rollout = begun(acme)
    turns(acme, rollout.arm_new, 5, failed=5)
    if usual:
        turns(acme, rollout.arm_usual, usual)
    assert watch() == 1


@pytest.mark.parametrize("usual", [1, 2, 6])
def test_where_the_few_others_failed_too_it_stays(acme, usual):
    rollout = begun(acme)
    turns(acme, rollout.arm_new, 5, failed=5)
    turns(acme, rollout.arm_usual, usual, failed=usual)
    assert watch() == 0


def test_with_few_usual_turns_those_before_the_canary_count(acme):
    turns(acme, "", 15)
    rollout = begun(acme)
    turns(acme, rollout.arm_new, 6, failed=6)
    comparison = compare(rollout)
    assert comparison.with_before
    assert comparison.usual.turns == 15
    assert watch() == 1


def test_another_tenants_turns_do_not_count(acme, globex):
    turns(globex, "", 3)
    rollout = begun(acme)
    turns(acme, rollout.arm_usual, 2)
    assert compare(rollout).usual.turns == 2


def test_cost_is_of_every_call_of_a_reply_and_of_a_conversation(acme):
    rollout = begun(acme)
    turns(acme, rollout.arm_new, 6, costs="0.5")
    arm = compare(rollout).new
    assert arm.by_reply.mean == pytest.approx(0.5, abs=0.001)
    assert arm.by_conversation.mean == pytest.approx(0.5, abs=0.001)
    assert arm.cost == sum(
        entry.amount for one in arm_turns(rollout) for entry in one.ledger_entries.all()
    )


def arm_turns(rollout):
    return Generation.objects.filter(arm=rollout.arm_new)
