"""Who may see what was spent."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Membership
from tests import factories
from tests.billing.spending import FILE, FILES, PAGE, fill, rows_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", [PAGE, *FILES])
def test_somebody_from_outside_is_sent_to_the_login(path):
    response = Client().get(path)
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("path", [PAGE, *FILES])
def test_staff_may_not_see_spending(ben, path):
    assert signed_in(ben).get(path).status_code == 403


@pytest.mark.parametrize("role", ["manager", "owner"])
def test_managers_and_owners_may(acme, role):
    assert signed_in(factories.make_member(acme, "x", role)).get(PAGE).status_code == 200


@pytest.mark.parametrize("path", [PAGE, *FILES])
def test_mallory_cannot_ask_for_acme(acme, mallory, path):
    assert signed_in(mallory).get(path, {"tenant": acme.slug}).status_code == 403


def test_mallory_sees_nothing_of_acme(acme, globex, mallory):
    fill(acme)
    fill(globex, days=2)
    page = signed_in(mallory).get(PAGE)
    assert f"{globex.slug}-demo-1" in page.text
    assert acme.slug not in page.text
    assert {row["tenant"] for row in rows_of(signed_in(mallory).get(FILE))} == {"Globex"}


def test_a_manager_here_who_is_staff_there_sees_only_here(acme, globex, cleo):
    Membership.objects.create(tenant=globex, user=cleo, role="agent")
    fill(globex)
    client = signed_in(cleo)
    assert "Nothing was spent" in client.get(PAGE).text
    assert client.get(PAGE, {"tenant": globex.slug}).status_code == 403


@pytest.mark.parametrize(
    ("name", "managers", "staff"),
    [
        ("spendlimit", 200, 403),
        ("ledgerentry", 200, 403),
        ("attempt", 200, 403),
        ("price", 403, 403),
    ],
)
def test_the_tills_admin_pages_open_by_role(ben, cleo, name, managers, staff):
    url = reverse(f"admin:billing_{name}_changelist")
    assert signed_in(cleo).get(url).status_code == managers
    assert signed_in(ben).get(url).status_code == staff
    operator = factories.make_user("root", is_superuser=True)
    assert signed_in(operator).get(url).status_code == 200


def test_the_menu_offers_what_opens(ben, cleo):
    inside = reverse("admin:index")
    assert PAGE in signed_in(cleo).get(inside).text
    assert "/admin/billing/price/" not in signed_in(cleo).get(inside).text
    assert PAGE not in signed_in(ben).get(inside).text
