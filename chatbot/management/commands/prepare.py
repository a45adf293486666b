"""`manage.py prepare`: a database that is ready to serve; what `up` does before it starts."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from billing.errors import Unpriced
from billing.services.prices import price_at
from chatbot.boot.dotenv import setting
from chatbot.operations.upgrading import refuse_what_disturbs

ADVISORY_LOCK = 7_201_973  # any number, the same everywhere


class Command(BaseCommand):
    """Migrated, priced, with an administrator and, unless told not to, the demo tenant.

    Prints the administrator's password where it made one, and nothing else;
    a model without a price is complained of on the error output.
    A second run changes nothing. Refused where a migration would disturb
    somebody who works in the database meanwhile.
    """

    help = "Migrate, load prices, make the administrator and the demo tenant."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether the demo tenant is wanted."""
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Two at once take turns."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        refuse_what_disturbs()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("load_prices", stdout=self.stderr)
        call_command("load_models", stdout=self.stderr)
        if not options["no_demo"]:
            call_command("seed_demo", stdout=self.stderr)
        try:
            price_at(settings.CHAT_MODEL, timezone.now())
        except Unpriced as mistake:
            self.stderr.write(str(mistake))
        self.stdout.write(self._administrator())

    def _administrator(self) -> str:
        """The password of a new administrator; nothing where there is one already."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return ""
        email = setting("ADMIN_EMAIL") or "admin@example.com"
        chosen = setting("ADMIN_PASSWORD")
        password = chosen or secrets.token_urlsafe(12)
        users.create_superuser(email, email, password)
        return "" if chosen else password
