"""Who did what that somebody may ask about later."""

from django.db import models

from conversations.models.tenants import Tenant


class AuditEntry(models.Model):
    """Somebody did something; written once, never changed.

    It names things by their numbers and never repeats what a visitor said,
    so it stays when a visitor is erased. The database refuses to change or
    delete a line, except with its whole tenant.
    """

    class Act(models.TextChoices):
        """What was done."""

        SIGNED_IN = "sign_in", "Signed in"
        SIGNED_OUT = "sign_out", "Signed out"
        REFUSED = "sign_in_refused", "Sign-in refused"
        FACTOR = "second_factor", "Second factor changed"
        OPENED = "opened", "Opened a transcript"
        EXPORTED = "exported", "Exported"
        REDACTED = "redacted", "Redacted"
        ERASED = "erased", "Erased"
        ROLE = "role", "Changed who belongs"
        SETTING = "setting", "Changed a setting"
        WORKED = "worked", "Assigned, closed or reopened"

    tenant = models.ForeignKey(
        Tenant, models.CASCADE, null=True, related_name="+", help_text="None: the deployment's."
    )
    at = models.DateTimeField(auto_now_add=True)
    person = models.CharField(max_length=150, blank=True, help_text="Empty: the product itself.")
    person_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=20, choices=Act.choices)
    thing = models.CharField(max_length=100, blank=True, help_text="What kind of thing.")
    thing_id = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"
        ordering = ["-pk"]
        indexes = [
            # a tenant's newest, on their page
            models.Index(fields=["tenant", "-id"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.person or 'The product'}: {self.get_act_display()}"
