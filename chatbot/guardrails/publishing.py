"""Write a tenant's word lists: versions, and which of them is in force."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from chatbot.guardrails.word_lists import Entry
from chatbot.models import WordList, WordListPublication, WordListVersion


@transaction.atomic
def add_version(
    word_list: WordList, words: Iterable[str], *, reason: str, author: Any
) -> WordListVersion:
    """The list has a version with these words, each once, in the order of the alphabet.

    It is not in force yet. Refused with `NoWord` where one could be found
    in no text.
    """
    kept = sorted({entry.word for entry in map(Entry, words)}, key=str.casefold)
    list(WordList.objects.select_for_update().filter(pk=word_list.pk))  # two at once take turns
    last = word_list.versions.aggregate(last=Max("number"))["last"] or 0
    return WordListVersion.objects.create(
        tenant_id=word_list.tenant_id,
        word_list=word_list,
        number=last + 1,
        words=kept,
        reason=reason,
        author=author,
    )


def publish(version: WordListVersion, *, reason: str, author: Any) -> WordListPublication:
    """This version is in force, within a few seconds in every worker; an older one comes back."""
    return WordListPublication.objects.create(
        tenant_id=version.tenant_id,
        word_list_id=version.word_list_id,
        version=version,
        reason=reason,
        author=author,
    )


def withdraw(word_list: WordList, *, reason: str, author: Any) -> WordListPublication:
    """No version of the list is in force."""
    return WordListPublication.objects.create(
        tenant_id=word_list.tenant_id, word_list=word_list, reason=reason, author=author
    )


def in_force(word_list: WordList) -> WordListVersion | None:
    """The version of the newest publication; None where there is none or it was taken back."""
    newest = word_list.publications.select_related("version__word_list").order_by("-pk").first()
    return newest.version if newest else None
