"""A bad canary rolls itself back within five of its turns; everybody else is answered all along."""

import pytest

from billing.models import LedgerEntry
from chatbot.engine import canary
from chatbot.engine.turn import run_turn
from chatbot.models import Rollout
from chatbot.providers import directory
from chatbot.rollout.arms import belongs
from chatbot.rollout.watching import BAD_TURNS
from conversations.models import Generation
from tests import factories
from tests.chatbot.test_course_of_a_turn import (  # noqa: F401 - fixtures
    FAST,
    _shared_demo,
    clients,
    demo,
    model,
    start_demo,
    tenant,
)
from tests.rollout.canaries import begun

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_rolled_back_by_the_fifth_bad_turn(model, tenant):  # noqa: F811
    model.ask("PUT", "/control/behaviour", [FAST])
    factories.make_persona(tenant)
    factories.make_price("no-such-model")
    rollout = begun(tenant, share=40, model="no-such-model")
    canary.forget()
    ours = {True: 0, False: 0}
    while ours[True] < BAD_TURNS:
        talk = factories.make_conversation(tenant)
        ours[belongs(str(rollout.salt), 40, talk.visitor_id)] += 1
        factories.post(talk, "What does delivery cost?")
        directory.forget()
        run_turn()
    rollout.refresh_from_db()
    assert rollout.state == Rollout.State.ROLLED_BACK
    assert "Error rate is 100 points higher" in rollout.why_ended
    by_arm = Generation.objects.values_list("arm", "state").order_by("pk")
    assert set(by_arm) == {(rollout.arm_new, "failed"), (rollout.arm_usual, "done")}
    assert Generation.objects.filter(arm=rollout.arm_new).count() == BAD_TURNS
    assert LedgerEntry.objects.filter(generation__arm=rollout.arm_usual).count() == ours[False]
    # whoever had it is answered as usual from the next turn on
    canary.forget()
    factories.post(factories.make_conversation(tenant), "What does delivery cost?")
    generation = run_turn()
    generation.refresh_from_db()
    assert (generation.state, generation.arm) == (Generation.State.DONE, "")
