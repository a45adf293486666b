"""An evaluation set is asked by the command, which fails where too little passes."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from billing.models import LedgerEntry
from chatbot.demo.seed import seed_demo
from chatbot.models import EvaluationCase, PersonaVersion, Trial
from chatbot.sandbox import sets
from tests import factories
from tests.sandbox.trying import QUESTION, a_set

pytestmark = pytest.mark.django_db

CASES = {
    QUESTION: ["contains: thirty days", "cites: Returns", "tokens: 200", "cost: 0.01"],
    "Do you sell camels?": ["refuses", "lacks: yes"],
    "How much are returns?": ["contains: a million dollars"],
}


def evaluated(*args):
    """Exit code and output."""
    out = io.StringIO()
    try:
        call_command("evaluate", *args, stdout=out)
    except SystemExit as exit:
        return exit.code, out.getvalue()
    return 0, out.getvalue()


def test_too_few_passed_is_exit_code_1_and_enough_is_0(shop):
    made = a_set(shop, CASES, threshold=90)
    code, out = evaluated("Basics", "--json")
    told = json.loads(out)
    assert (code, told["passed"], told["cases"]) == (1, 2, 3)
    assert told["share_passed"] == pytest.approx(200 / 3)
    failed = next(one for one in told["results"] if not one["passed"])
    assert failed["checks"][0]["found"] == "it does not stand there"
    made.threshold = 60
    made.save()
    code, out = evaluated("Basics")
    assert code == 0
    assert "66.7 %" in out
    assert set(LedgerEntry.objects.values_list("purpose", flat=True)) == {"evaluation"}


def test_a_version_and_a_model_can_be_named(shop):
    spoken = PersonaVersion.objects.get()
    PersonaVersion.objects.create(
        tenant=shop, persona=spoken.persona, number=2, system_prompt="Be bold."
    )
    a_set(shop, {QUESTION: ["contains: thirty"]})
    assert evaluated("Basics", "--persona", "draft", "--model", "demo-1-mini")[0] == 0
    trial = Trial.objects.get()
    assert (trial.number, trial.items.get().model) == (2, "demo-1-mini")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["Nothing"], "There is no set “Nothing”. There are: “Basics”"),
        (["Basics", "--persona", "7"], "There is no version “7”; there are 1"),
        (["Basics", "--model", "unpriced"], "unpriced"),
        (["Basics", "--tenant", "nobody"], "No tenant has the slug “nobody”"),
    ],
    ids=["set", "version", "model", "tenant"],
)
def test_what_cannot_be_asked_is_exit_code_2_with_a_sentence(shop, args, said):
    a_set(shop, {QUESTION: []})
    with pytest.raises(CommandError, match=said) as refusal:
        evaluated(*args)
    assert refusal.value.returncode == 2
    assert not LedgerEntry.objects.exists()


def test_the_demo_shop_passes_its_own_set(demo_model):
    seeded = seed_demo()
    assert seeded
    code, out = evaluated("Basics", "--model", "demo-1", "--json")
    failed = [one["question"] for one in json.loads(out)["results"] if not one["passed"]]
    assert (code, failed) == (0, [])


def test_an_empty_set_says_so(shop):
    a_set(shop, {})
    with pytest.raises(CommandError, match="has no case yet"):
        evaluated("Basics")


def test_a_visitors_question_becomes_a_case_once(shop):
    made = a_set(shop, {})
    question = factories.answered(factories.make_conversation(shop)).question
    case = sets.add_case(made, question.text, "Thirty days.", source_message=question)
    assert sets.add_case(made, question.text, "", source_message=question) == case
    assert (case.question, case.expected) == (question.text, "Thirty days.")
    question.conversation.delete()
    assert not EvaluationCase.objects.exists()


def test_a_message_of_another_tenant_becomes_no_case(shop, globex):
    made = a_set(shop, {})
    question = factories.answered(factories.make_conversation(globex)).question
    with pytest.raises(sets.NotOfThisTenant):
        sets.add_case(made, question.text, "", source_message=question)
