"""`manage.py create_tenant`: a new tenant that can chat at once."""

import secrets
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify

from chatbot.founding import NotFounded, found_tenant, has_account
from conversations.models import Tenant


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
        origins = [self._origin(one) for one in options["origin"]]
        password = "" if has_account(options["owner"]) else secrets.token_urlsafe(12)
        try:
            tenant = found_tenant(
                name,
                slug=slug,
                owner=options["owner"],
                origins=origins,
                time_zone=options["time_zone"],
                limit=limit,
                password=password,
            )
        except NotFounded as reason:
            hint = " Use --slug." if reason.conflict else ""
            raise CommandError(f"{reason}{hint}") from None
        return password, tenant

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
