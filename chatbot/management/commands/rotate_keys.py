"""`manage.py rotate_keys`: what lies encrypted is encrypted with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbot.models.encryption import CannotDecrypt, encrypted_fields, reencrypt
from chatbot.sign_in import reencrypt_factors


class Command(BaseCommand):
    """Every secret in the database is encrypted with the first key that FIELD_KEY names.

    After that the older ones may be taken out of that list. What no key
    opens stays as it is, is named, and makes the command fail. A second run
    changes nothing that matters.
    """

    help = "Encrypt provider keys anew with the first key that FIELD_KEY names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many secrets there are."""
        done, lost = 0, []
        for model, name in encrypted_fields():
            for row in model._base_manager.all():
                try:
                    done += reencrypt(row, name)
                except CannotDecrypt:
                    lost.append(f"{model._meta.verbose_name} {row}")
        try:
            done += reencrypt_factors()
        except CannotDecrypt:
            lost.append("second factors of staff")
        self.stdout.write(f"{done} secrets are encrypted with the newest key.")
        if lost:
            raise CommandError(
                "No key in FIELD_KEY opens these, so they stay as they are: "
                f"{', '.join(lost)}. Add the key they were encrypted with, or enter them anew."
            )
