"""The operator approves or rejects proposals, in the list or on the page of one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Price, PriceProposal
from tests import factories
from tests.billing.spending import signed_in

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/priceproposal/"


@pytest.fixture
def operator(db):
    return factories.make_user("root", is_superuser=True)


def chosen(action, *proposals):
    return {"action": action, "_selected_action": [one.pk for one in proposals]}


def test_several_are_approved_from_the_list(operator):
    factories.make_price("m")
    proposals = [factories.make_proposal("m"), factories.make_proposal("n")]
    client = signed_in(operator)
    page = client.post(LIST, chosen("approve_chosen", *proposals), follow=True)
    assert Price.objects.count() == 3
    assert page.text.count("input 0.2, output 0.6") >= 2
    again = client.post(LIST, chosen("approve_chosen", *proposals), follow=True)
    assert "decided before" in again.text
    assert Price.objects.count() == 3
    assert set(PriceProposal.objects.values_list("decided_by", flat=True)) == {operator.pk}


def test_one_is_rejected_from_the_list(operator):
    proposal = factories.make_proposal("m")
    signed_in(operator).post(LIST, chosen("reject_chosen", proposal))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("rejected", operator)


@pytest.mark.parametrize(("button", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_one_is_decided_on_its_page_with_the_moment_written_there(operator, button, state):
    proposal = factories.make_proposal("m", old=factories.make_price("m"))
    client = signed_in(operator)
    url = reverse("admin:billing_priceproposal_change", args=[proposal.pk])
    page = client.get(url).text
    assert "input 0.1, output 0.5" in page
    assert "input 0.2, output 0.6" in page
    form = {"valid_from_0": "2030-12-01", "valid_from_1": "12:00"}
    client.post(url, form | {f"billing_priceproposal_{button}_this": "1"})
    proposal.refresh_from_db()
    assert proposal.state == state
    if button == "approve":
        assert f"{proposal.price.valid_from:%Y-%m-%d %H:%M}" == "2030-12-01 12:00"
        assert proposal.price.valid_from > timezone.now()


def test_a_decided_one_is_not_changed_any_more(operator):
    proposal = factories.make_proposal("m")
    client = signed_in(operator)
    client.post(LIST, chosen("reject_chosen", proposal))
    url = reverse("admin:billing_priceproposal_change", args=[proposal.pk])
    assert client.post(url, {"billing_priceproposal_approve_this": "1"}).status_code == 403
    assert not Price.objects.exists()


def test_a_manager_decides_nothing(cleo):
    proposal = factories.make_proposal("m")
    assert signed_in(cleo).post(LIST, chosen("approve_chosen", proposal)).status_code == 403
    assert not Price.objects.exists()
