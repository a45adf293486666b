"""Other names of priced models."""

from django.contrib import admin

from billing.admin.operators import OperatorAdmin
from billing.models import ModelAlias


@admin.register(ModelAlias)
class ModelAliasAdmin(OperatorAdmin):
    """What a deployment's name costs.

    Whoever says which model a name is says what it costs, so this is the
    operator's, as prices are. A change counts for calls from then on.
    """

    list_display = ["alias", "model", "whose"]
    fields = ["alias", "model", "tenant"]
    list_select_related = ["tenant"]
    search_fields = ["alias", "model"]
    search_help_text = "Alias or model"

    @admin.display(description="for", ordering="tenant__name")
    def whose(self, alias: ModelAlias) -> str:
        """The tenant, or everybody."""
        return str(alias.tenant) if alias.tenant else "every tenant"
