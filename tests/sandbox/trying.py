"""Trials as the pages make them."""

from typing import Any

from chatbot.models import EvaluationSet, Trial
from chatbot.sandbox import sets, trials
from chatbot.sandbox.working import work
from conversations.models import Tenant

QUESTION = "How long do returns take?"


def asked(trial: Trial, question: str = QUESTION) -> Any:
    """What the candidate answers in a chat."""
    item = trials.ask(trial, question)
    assert item
    assert work(20) == 1
    item.refresh_from_db()
    return item


def a_set(tenant: Tenant, cases: dict[str, list[str]], **fields: Any) -> EvaluationSet:
    """A set of these questions with their rules."""
    made = EvaluationSet.objects.create(tenant=tenant, **{"name": "Basics"} | fields)
    for question, rules in cases.items():
        sets.add_case(made, question, rules=rules)
    return made
