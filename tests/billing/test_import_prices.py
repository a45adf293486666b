"""The command proposes what is new, shows it, and changes no price."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.models import Alert, Price, PriceProposal
from billing.services.prices import load_seed
from billing.tasks import propose_prices
from tests import factories

pytestmark = pytest.mark.django_db


def run(*args):
    out, steps = StringIO(), StringIO()
    call_command("import_prices", *args, stdout=out, stderr=steps)
    return out.getvalue(), steps.getvalue()


def test_old_and_new_figures_stand_beside_each_other():
    factories.make_price("gpt-6-luna", input="0.30")
    said, steps = run()
    assert "Reading genai-prices" in steps
    assert "gpt-6-luna" in said
    assert "input 0.3" in said
    assert "no price" in said
    assert "4 prices proposed" in said
    assert Price.objects.count() == 1
    standard = PriceProposal.objects.get(tier="standard")
    assert standard.old == Price.objects.get()
    assert standard.source.startswith("genai-prices 0.2")


def test_a_second_run_proposes_nothing():
    factories.make_price("gpt-6-luna", input="0.30")
    run()
    said, _ = run()
    assert "Nothing new" in said
    assert PriceProposal.objects.count() == 4


def test_the_seed_says_what_the_package_says():
    load_seed()
    said, steps = run()
    assert "Nothing new" in said
    assert "Left out" not in steps


def test_named_models_are_looked_up_whether_they_are_used_or_not():
    said, steps = run("gpt-6-sol", "no-such-model")
    assert "gpt-6-sol" in said
    assert "Not published there: no-such-model." in steps


def test_all_of_a_provider_can_be_asked_for():
    run("--all")
    assert PriceProposal.objects.values("model").distinct().count() > 50


def test_an_unknown_provider_is_explained():
    with pytest.raises(CommandError, match="knows no provider"):
        run("--provider", "closedai")
    assert not PriceProposal.objects.exists()


def test_the_weekly_task_proposes_for_models_in_use_and_tells_the_operator():
    factories.make_price("gpt-6-luna", input="0.30")
    propose_prices()
    assert set(PriceProposal.objects.values_list("model", flat=True)) == {"gpt-6-luna"}
    alert = Alert.objects.get()
    assert (alert.tenant, alert.kind) == (None, Alert.Kind.PRICES)
    assert alert.why == "4 published prices are new here: gpt-6-luna."
    assert "Price proposals" in alert.do


def test_the_weekly_task_tells_nothing_where_nothing_is_new():
    factories.make_price("gpt-6-luna", input="0.30")
    propose_prices()
    propose_prices()
    assert Alert.objects.count() == 1
