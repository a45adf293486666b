"""What a tenant owns is reached through a doorkeeper."""

import ast

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from conversations.admin.base import TenantOwnedAdmin
from conversations.models import Tenant, TenantOwned
from tests.house.source import modules

OWNED = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
# Where requests come in: these ask a doorkeeper, a service or a selector, never the tables.
# or, without a tenant, the operator's
OR_NOBODYS = {"Membership", "AuditEntry", "SpendLimit", "Alert", "ModelAlias", "FallbackStep"}
OR_NOBODYS |= {"ApiToken"}
FRONT = ("views", "admin", "live", "api")


def belongs_to_a_tenant(model: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.ForeignKey) and field.related_model is Tenant
        for field in model._meta.get_fields()
    )


def test_there_are_tenant_owned_models():
    assert len(OWNED) > 8


@pytest.mark.parametrize("model", [one for one in apps.get_models() if belongs_to_a_tenant(one)])
def test_a_model_that_points_to_a_tenant_says_that_it_is_owned(model):
    assert issubclass(model, TenantOwned) or model.__name__ in OR_NOBODYS


@pytest.mark.parametrize("model", OWNED)
def test_an_admin_page_of_an_owned_model_is_scoped(model):
    page = admin.site._registry.get(model)
    assert page is None or isinstance(page, TenantOwnedAdmin)


@pytest.mark.parametrize(
    "name", [name for name in modules() if set(FRONT) & set(name.split(".")[1:2])]
)
def test_the_front_makes_no_query_of_its_own_on_owned_models(name):
    owned = {model.__name__ for model in OWNED}
    queries = [
        f"{node.value.id}.{node.attr} in line {node.lineno}"
        for node in ast.walk(modules()[name])
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager"}
        and isinstance(node.value, ast.Name)
        and node.value.id in owned
    ]
    assert queries == []
