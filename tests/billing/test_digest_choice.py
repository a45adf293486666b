"""Managers choose for themselves how often they are mailed what was spent."""

import pytest

from conversations.models import Membership
from tests import factories
from tests.billing.spending import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/digest/"


def choice_of(user) -> str:
    return Membership.objects.get(user=user).digest


def chosen(*places: Membership, digest: str) -> dict[str, str]:
    form = {"form-TOTAL_FORMS": str(len(places)), "form-INITIAL_FORMS": str(len(places))}
    for n, place in enumerate(places):
        form |= {f"form-{n}-id": str(place.pk), f"form-{n}-digest": digest}
    return form


def test_a_manager_is_asked_for_each_tenant_and_the_choice_is_kept(acme, globex, cleo):
    Membership.objects.create(tenant=globex, user=cleo, role="agent")
    client = signed_in(cleo)
    page = client.get(PAGE)
    assert "Acme" in page.text
    assert "Globex" not in page.text
    mine = Membership.objects.get(user=cleo, tenant=acme)
    assert client.post(PAGE, chosen(mine, digest="never")).status_code == 302
    mine.refresh_from_db()
    assert mine.digest == "never"


def test_nobody_elses_choice_can_be_changed(acme, cleo, mallory):
    theirs = Membership.objects.get(user=cleo)
    signed_in(mallory).post(PAGE, chosen(theirs, digest="never"))
    assert choice_of(cleo) == "week"


def test_a_choice_that_does_not_exist_is_refused(cleo):
    mine = Membership.objects.get(user=cleo)
    response = signed_in(cleo).post(PAGE, chosen(mine, digest="hourly"))
    assert response.status_code == 400
    assert "hourly" in response.text
    assert choice_of(cleo) == "week"


def test_staff_may_not_choose(ben):
    mine = Membership.objects.get(user=ben)
    assert signed_in(ben).post(PAGE, chosen(mine, digest="never")).status_code == 403
    assert choice_of(ben) == "week"


def test_an_operator_who_is_a_member_nowhere_is_told_so(acme):
    operator = factories.make_user("root", is_superuser=True)
    assert "You are a member of no tenant" in signed_in(operator).get(PAGE).text
