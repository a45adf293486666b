"""By chance alone hardly any canary is rolled back, however often it is judged."""

import random

import pytest

from chatbot.models import Rollout
from chatbot.rollout.figures import Arm
from chatbot.rollout.judging import signs_of
from chatbot.rollout.watching import BAD_TURNS

CANARIES, TURNS = 60, 1500


def rolled_back(seed: int, rate: float, share: float) -> bool:
    """Whether a canary that is as good as what is usual was, at any of its looks."""
    chance = random.Random(seed)
    rollout = Rollout(confidence="99", most_errors=5, most_cost=None)
    turns, failed = [0, 200], [0, round(200 * rate)]
    for turn in range(TURNS):
        arm = int(chance.random() >= share)
        bad = chance.random() < rate
        turns[arm] += 1
        failed[arm] += bad
        # after a bad turn as the worker looks, and now and then as the timetable does
        if (bad and arm == 0 and failed[0] >= BAD_TURNS) or turn % 50 == 0:
            new, usual = (Arm(turns=turns[one], failed=failed[one]) for one in (0, 1))
            if signs_of(rollout, new, usual)[0].is_worse:
                return True
    return False


@pytest.mark.parametrize(("rate", "share"), [(0.03, 0.05), (0.1, 0.2)])
def test_what_is_as_good_as_usual_stays(rate, share):
    assert sum(rolled_back(seed, rate, share) for seed in range(CANARIES)) <= CANARIES * 0.05
