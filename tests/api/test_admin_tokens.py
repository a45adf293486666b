"""Managers make tokens: shown once, with no more scopes than they have rights."""

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.models import ApiToken, Scope
from conversations.models import AuditEntry
from tests import factories
from tests.api.programs import Program

pytestmark = pytest.mark.django_db
ADD = reverse("admin:chatbot_apitoken_add")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def form(tenant, *scopes):
    given = {"tenant": tenant.pk if tenant else "", "name": "Orders", "scopes": list(scopes)}
    return given | {"expires_at_0": "", "expires_at_1": ""}


def test_a_token_is_shown_once_and_works(acme, cleo):
    client = browser(cleo)
    page = client.post(ADD, form(acme, Scope.READ.value))
    secret = page.context["secret"]
    assert secret in page.text
    assert Program(secret).get("/conversations").status_code == 200
    row = ApiToken.objects.get()
    assert (row.person, row.tenant, row.scopes) == (cleo, acme, [Scope.READ.value])
    for name, args in (("changelist", []), ("change", [row.pk])):
        again = client.get(reverse(f"admin:chatbot_apitoken_{name}", args=args)).text
        assert secret not in again
        assert secret[:8] in again
    entry = AuditEntry.objects.get(details__scopes=[Scope.READ.value])
    assert entry.person == cleo.username
    assert secret not in str(entry.details)
    client.post(reverse("admin:chatbot_apitoken_delete", args=[row.pk]), {"post": "yes"})
    assert Program(secret).get("/conversations").status_code == 401
    assert AuditEntry.objects.filter(details__withdrawn=True).exists()


def test_nobody_gives_a_token_what_they_may_not_do(acme, globex, cleo):
    client = browser(cleo)
    for given in (
        form(acme, Scope.TENANTS.value),
        form(acme),
        form(None, Scope.READ.value),
        form(globex, Scope.READ.value),
    ):
        assert client.post(ADD, given).context["adminform"].errors
    assert not ApiToken.objects.exists()


def test_a_token_without_a_tenant_is_the_operators(acme):
    client = browser(factories.make_user("root", is_superuser=True))
    assert client.post(ADD, form(None, Scope.READ.value)).context["adminform"].errors
    secret = client.post(ADD, form(None, Scope.TENANTS.value)).context["secret"]
    assert Program(secret).get("/tenants").status_code == 200
