"""Who belongs to a tenant: take in, change, let go."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from conversations.models import Membership, Tenant
from conversations.roles import Role


class NotTaken(Exception):
    """Nothing was changed; the text says why, and what to do."""


@dataclass(frozen=True)
class Joined:
    """A member, and whether their account was made just now and has no password yet."""

    membership: Membership
    is_new: bool


@transaction.atomic
def take_in(tenant: Tenant, name: str, role: Role) -> Joined:
    """The person with this name or mail address belongs to the tenant in this role.

    An address that nobody has an account for gets one, without a password.
    `NotTaken` for a name that is neither, and for who belongs already.
    """
    name = name.strip()
    users = get_user_model().objects
    user: Any = users.filter(username=name, is_active=True).first()
    user = user or users.filter(email__iexact=name, is_active=True).exclude(email="").first()
    is_new = user is None
    if user is None:
        user = _account(name)
    if Membership.objects.filter(tenant=tenant, user=user).exists():
        raise NotTaken(f"{name} belongs to {tenant} already; change the role in the list.")
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return Joined(Membership.objects.create(tenant=tenant, user=user, role=role), is_new)


def change_role(membership: Membership, role: Role) -> None:
    """The member may do what this role may, from their next request on.

    `NotTaken` where the tenant would be without an owner.
    """
    with transaction.atomic():
        if role != Role.OWNER:
            _refuse_ownerless(membership)
        membership.role = role
        membership.save(update_fields=["role"])


def let_go(membership: Membership) -> None:
    """The person belongs no more; their account stays. `NotTaken` for the last owner."""
    with transaction.atomic():
        _refuse_ownerless(membership)
        membership.delete()


def _refuse_ownerless(membership: Membership) -> None:
    # whoever changes an owner waits here: two owners cannot let each other go at once
    Tenant.objects.select_for_update().get(pk=membership.tenant_id)
    owners = Membership.objects.filter(tenant=membership.tenant_id, role=Role.OWNER)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise NotTaken("A tenant needs an owner; make somebody else one first.")


def _account(address: str) -> Any:
    users = get_user_model().objects
    try:
        validate_email(address)
    except ValidationError:
        raise NotTaken(
            f"Nobody signs in as “{address}”. Give a mail address to invite somebody new."
        ) from None
    if users.filter(username=address).exists():
        raise NotTaken("This account is disabled; the operator can let it in again.")
    return users.create_user(address, address, None, is_staff=True)
