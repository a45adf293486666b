"""Managers set the limit of their own tenant, and of no other."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing.models import AlertHook, Budget, SpendLimit
from tests import factories
from tests.billing.spending import signed_in

pytestmark = pytest.mark.django_db
ADD = "/admin/billing/spendlimit/add/"
FORM = {"scope": "tenant", "period": "month", "at_hard": "stop"}


def page_of(limit: SpendLimit) -> str:
    return reverse("admin:billing_spendlimit_change", args=[limit.pk])


def test_a_manager_sets_the_tenants_limit(acme, cleo):
    response = signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk, "hard": "25.50"})
    assert response.status_code == 302
    assert SpendLimit.objects.get().hard == Decimal("25.50")


def test_mallory_cannot_limit_acme(acme, mallory):
    response = signed_in(mallory).post(ADD, FORM | {"tenant": acme.pk, "hard": "0"})
    assert "Select a valid choice" in response.text
    assert not SpendLimit.objects.exists()


def test_mallory_cannot_change_acmes_limit(acme, mallory):
    limit = factories.make_limit(acme, "10")
    signed_in(mallory).post(page_of(limit), FORM | {"hard": "0"})
    limit.refresh_from_db()
    assert limit.hard == 10


def test_a_limit_below_zero_is_refused(acme, cleo):
    signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk, "hard": "-1"})
    assert not SpendLimit.objects.exists()


def test_the_page_shows_what_is_used(acme, cleo):
    limit = factories.make_limit(acme, "20")
    Budget.objects.create(
        limit=limit, first_day="2026-11-01", spent=Decimal("4.20"), held=Decimal("0.5")
    )
    page = signed_in(cleo).get(page_of(limit)).text
    assert "November 2026: $4.20 spent, $0.50 held for open calls" in page
    assert 'value="20"' in page


def test_a_limit_says_what_it_does_not_make_sense(acme, cleo):
    page = signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk})
    assert "Give a soft limit, a hard one or both." in page.text
    page = signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk, "soft": "5", "hard": "4"})
    assert "nobody would be alerted in time" in page.text
    page = signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk, "hard": "4", "at_hard": "cheaper"})
    assert "Name the cheaper model" in page.text
    assert not SpendLimit.objects.exists()


def test_there_is_one_limit_of_a_kind(acme, cleo):
    factories.make_limit(acme, "10")
    page = signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk, "hard": "5"})
    assert "There is such a limit already" in page.text


def test_the_deployments_limit_is_its_operators(acme, cleo):
    everybody = FORM | {"tenant": "", "scope": "deployment", "hard": "100"}
    assert "This field is required" in signed_in(cleo).post(ADD, everybody).text
    root = factories.make_user("root", is_superuser=True)
    assert signed_in(root).post(ADD, everybody).status_code == 302
    limit = SpendLimit.objects.get()
    assert "The whole deployment" in signed_in(root).get(page_of(limit)).text
    assert "The whole deployment" not in signed_in(cleo).get(page_of(limit), follow=True).text
    changed = signed_in(cleo).post(page_of(limit), FORM | {"hard": "1"})
    limit.refresh_from_db()
    assert (changed.status_code, limit.hard) == (302, 100)


def test_a_manager_of_one_tenant_makes_no_limit_of_the_deployment_under_its_name(acme, cleo):
    signed_in(cleo).post(ADD, FORM | {"tenant": acme.pk, "scope": "deployment", "hard": "1"})
    assert not SpendLimit.objects.exists()


def test_a_cheaper_model_needs_a_price_to_answer(acme, cleo):
    cheaper = FORM | {"tenant": acme.pk, "hard": "4", "at_hard": "cheaper", "cheaper_model": "mini"}
    assert "mini has no price" in signed_in(cleo).post(ADD, cheaper).text
    factories.make_price("mini")
    assert signed_in(cleo).post(ADD, cheaper).status_code == 302


def test_a_webhook_is_https_or_refused(acme, cleo):
    add = "/admin/billing/alerthook/add/"
    page = signed_in(cleo).post(add, {"tenant": acme.pk, "url": "http://hooks.example.com/"})
    assert "Only https addresses are called" in page.text
    url = "https://hooks.example.com/"
    assert signed_in(cleo).post(add, {"tenant": acme.pk, "url": url}).status_code == 302
    hook = AlertHook.objects.get()
    page = signed_in(cleo).get(reverse("admin:billing_alerthook_change", args=[hook.pk])).text
    assert hook.secret in page
