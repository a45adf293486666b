"""Make a tenant that can chat at once: with an owner, a first persona and a spend limit."""

from collections.abc import Sequence
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.models import SpendLimit
from chatbot.models import Persona, PersonaVersion
from conversations.models import Membership, Tenant
from conversations.models.tenants import validate_time_zone

PROMPT = """\
You are the assistant of {name}. You are friendly, brief and concrete. \
Where a page has steps, you give the steps."""
GREETING = "Hello! I'm the assistant of {name}. What can I do for you?"


class NotFounded(Exception):
    """There is no such tenant now; says why. `conflict`: the slug is another tenant's."""

    def __init__(self, text: str, *, conflict: bool = False) -> None:
        super().__init__(text)
        self.conflict = conflict


def found_tenant(
    name: str,
    *,
    slug: str,
    owner: str,
    origins: Sequence[str] = (),
    time_zone: str = "UTC",
    limit: Decimal | None,
    password: str | None,
) -> Tenant:
    """The tenant is there, all of it or nothing; `NotFounded` says why not.

    The owner is known by their mail address. Where that is no account yet
    it becomes one with this password, or with none: then they set it
    themselves by mail. `limit` is US dollars a month.
    """
    try:
        validate_email(owner)
        validate_time_zone(time_zone)
    except ValidationError as error:
        raise NotFounded(" ".join(error.messages)) from None
    try:
        with transaction.atomic():
            tenant = Tenant.objects.create(
                name=name, slug=slug, allowed_origins=list(origins), time_zone=time_zone
            )
            if limit is not None:
                SpendLimit.objects.create(tenant=tenant, soft=limit * 8 / 10, hard=limit)
            _speaks(tenant)
            _owned(tenant, owner, password)
    except IntegrityError:
        raise NotFounded(f"The slug {slug} is taken; choose another.", conflict=True) from None
    return tenant


def has_account(mail: str) -> bool:
    """Whether an owner of this address signs in already."""
    return get_user_model().objects.filter(username=mail).exists()


def _speaks(tenant: Tenant) -> None:
    persona = Persona.objects.create(tenant=tenant, name=f"{tenant.name}'s assistant"[:100])
    PersonaVersion.objects.create(
        tenant=tenant,
        persona=persona,
        number=1,
        system_prompt=PROMPT.format(name=tenant.name),
        greeting=GREETING.format(name=tenant.name),
        reason="First version.",
        published_at=timezone.now(),
    )


def _owned(tenant: Tenant, mail: str, password: str | None) -> None:
    users = get_user_model().objects
    user = users.filter(username=mail).first()
    if user is None:
        user = users.create_user(mail, mail, password, is_staff=True)
    Membership.objects.create(tenant=tenant, user=user, role=Membership.Role.OWNER)
