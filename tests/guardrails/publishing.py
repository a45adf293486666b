"""A tenant's guardrails, as its managers set them."""

from typing import Any

from chatbot.guardrails import publishing
from chatbot.models import GuardPolicy, WordList, WordListVersion
from conversations.models import Tenant


def forbid(tenant: Tenant, *words: str, action: str = "block", **fields: Any) -> WordListVersion:
    """A list with these words is in force."""
    word_list = WordList.objects.create(tenant=tenant, name=action, action=action, **fields)
    version = publishing.add_version(word_list, words, reason="", author=None)
    publishing.publish(version, reason="", author=None)
    return version


def set_policy(tenant: Tenant, **fields: Any) -> GuardPolicy:
    """The tenant's policy."""
    return GuardPolicy.objects.create(tenant=tenant, **fields)
