"""Which prices there are to choose from."""

from django.utils import timezone

from billing.models import Price, Tier


def priced_models() -> list[str]:
    """The models that can be called now, by name."""
    from_now = Price.objects.filter(tier=Tier.STANDARD, valid_from__lte=timezone.now())
    return sorted(set(from_now.order_by().values_list("model", flat=True)))


def price_rows() -> list[Price]:
    """Every price of every tier, by model, newest first."""
    return list(Price.objects.all())
