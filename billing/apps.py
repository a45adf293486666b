"""Registers the till with Django."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Prices, holds, ledger and reports."""

    name = "billing"
