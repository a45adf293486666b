"""`manage.py create_tenant`: a new tenant that can chat at once."""

import secrets
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from billing.models import SpendLimit
from chatbot.models import Persona, PersonaVersion
from conversations.models import Membership, Tenant
from conversations.models.tenants import validate_time_zone

PROMPT = """\
You are the assistant of {name}. You are friendly, brief and concrete. \
Where a page has steps, you give the steps."""
GREETING = "Hello! I'm the assistant of {name}. What can I do for you?"


class Command(BaseCommand):
    """The tenant exists with an owner, a first persona and a spend limit; all of it or nothing.

    A slug that is taken is refused. The owner's password is printed once,
    where the account is new.
    """

    help = "Make a tenant with an owner, a first persona and a spend limit; print its tag."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who it is, whose it is, and where its widget may be shown."""
        parser.add_argument("name", help="as visitors read it, for example “Acme Outdoor”")
        parser.add_argument("--owner", required=True, metavar="MAIL", help="who decides there")
        parser.add_argument("--slug", default="", help="short name for addresses; made of the name")
        parser.add_argument(
            "--origin",
            action="append",
            default=[],
            help="a site that may show the widget, like https://www.example.com; may be repeated",
        )
        parser.add_argument("--time-zone", default="UTC", help="whose days reports count by")
        parser.add_argument(
            "--limit", default="50", help="US dollars a month at most, or “none”; usual: 50"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what to paste, and whom to sign in as."""
        password, tenant = self._made(options)
        self.stdout.write(f"{tenant.name} is there. Put this on its pages:\n")
        self.stdout.write(
            f'  <script async src="{settings.PUBLIC_URL}/widget.js" '
            f'data-key="{tenant.public_key}"></script>\n'
        )
        shown = f", password {password} (shown once)" if password else ", as before"
        self.stdout.write(f"Owner: {options['owner']} at {settings.PUBLIC_URL}/admin/{shown}")

    def _made(self, options: dict[str, Any]) -> tuple[str, Tenant]:
        name: str = options["name"].strip()
        slug = options["slug"] or slugify(name)
        if not slug:
            raise CommandError("The name gives no slug; add --slug.")
        limit = self._limit(options["limit"])
        try:
            validate_email(options["owner"])
            validate_time_zone(options["time_zone"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        origins = [self._origin(one) for one in options["origin"]]
        try:
            with transaction.atomic():
                tenant = Tenant.objects.create(
                    name=name, slug=slug, allowed_origins=origins, time_zone=options["time_zone"]
                )
                if limit is not None:
                    SpendLimit.objects.create(tenant=tenant, soft=limit * 8 / 10, hard=limit)
                self._speaks(tenant)
                return self._owned(tenant, options["owner"]), tenant
        except IntegrityError:
            raise CommandError(f"The slug {slug} is taken; choose another by --slug.") from None

    def _limit(self, text: str) -> Decimal | None:
        if text == "none":
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise CommandError(f"{text} is no amount; write 50 or 12.50, or none.") from None
        if not amount.is_finite() or amount < 0:
            raise CommandError("A limit is 0 or more.")
        return amount

    def _origin(self, text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            raise CommandError(f"{text} is not an origin; write it like https://www.example.com.")
        return f"{parts.scheme}://{parts.netloc}".lower()

    def _speaks(self, tenant: Tenant) -> None:
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

    def _owned(self, tenant: Tenant, mail: str) -> str:
        """The password of a new account; nothing for somebody who has one already."""
        users = get_user_model().objects
        user = users.filter(username=mail).first()
        password = ""
        if user is None:
            password = secrets.token_urlsafe(12)
            user = users.create_user(mail, mail, password, is_staff=True)
        Membership.objects.create(tenant=tenant, user=user, role=Membership.Role.OWNER)
        return password
