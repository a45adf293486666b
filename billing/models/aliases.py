"""Other names of priced models."""

from django.core.exceptions import ValidationError
from django.db import models

from conversations.models import Tenant


class ModelAlias(models.Model):
    """A name that a call is made with, and the model whose prices it costs.

    For deployments (Azure), `provider/model` names and dated snapshots. A
    tenant's alias goes before one of the whole deployment. An alias names a
    model and never another alias, so there is nothing to run in circles.
    """

    tenant = models.ForeignKey(
        Tenant,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: for every tenant.",
    )
    alias = models.CharField(max_length=200, help_text="The name that calls are made with.")
    model = models.CharField(max_length=200, help_text="The model whose prices it costs.")

    class Meta:
        verbose_name_plural = "model aliases"
        ordering = ["alias"]
        constraints = [
            models.UniqueConstraint(
                fields=["alias", "tenant"],
                nulls_distinct=False,
                name="one_model_per_alias",
                violation_error_message="This name is an alias already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(alias=models.F("model")),
                name="alias_of_another",
                violation_error_message="A name cannot be an alias of itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alias} → {self.model}"

    def clean(self) -> None:
        """Refused where it would make a chain or a circle with another alias in its sight."""
        others = ModelAlias.objects.exclude(pk=self.pk)
        if self.tenant_id is not None:
            others = others.filter(models.Q(tenant=None) | models.Q(tenant_id=self.tenant_id))
        if further := others.filter(alias=self.model).first():
            raise ValidationError(
                {"model": f"{self.model} is itself an alias, of {further.model}; name that one."}
            )
        if before := others.filter(model=self.alias).first():
            raise ValidationError(
                {"alias": f"{before.alias} is an alias of {self.alias}; change that one first."}
            )
