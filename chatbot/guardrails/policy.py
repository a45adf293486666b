"""What a tenant lets through now, ready to be asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Subquery

from chatbot.guardrails.containment import host_of
from chatbot.guardrails.word_lists import Entry, Words
from chatbot.models import (
    Document,
    GuardPolicy,
    WordList,
    WordListPublication,
    WordListVersion,
)
from conversations.models import Tenant

# What is published holds within so much; looked up at every turn it would cost four queries.
FRESH_SECONDS = 3.0
NONE = Words(())


@dataclass(frozen=True)
class Guard:
    """What a tenant lets through: words asked and shown, hosts of links, and its policy."""

    questions: Words
    answers: Words
    hosts: frozenset[str]
    policy: GuardPolicy


# Without words and without hosts: what a call of nobody's passes.
OPEN = Guard(NONE, NONE, frozenset(), GuardPolicy())


@dataclass
class _Known:
    until: float = 0.0
    guard: Guard | None = None
    # lists are put together anew only where one has changed: ten thousand words take 0.1 s
    key: tuple[tuple[int, str, bool, bool], ...] = ()
    words: tuple[Words, Words] = field(default=(NONE, NONE))


_known: dict[int, _Known] = {}


def guard_of(tenant: Tenant) -> Guard:
    """What this tenant lets through, not older than `FRESH_SECONDS`."""
    known = _known.setdefault(tenant.pk, _Known())
    now = time.monotonic()
    if known.guard is None or now > known.until:
        known.guard = _look_up(tenant, known)
        known.until = now + FRESH_SECONDS
    return known.guard


def guard_now(tenant: Tenant) -> Guard:
    """What this tenant lets through, as it stands in the database."""
    return _look_up(tenant, _known.setdefault(tenant.pk, _Known()))


def policy_of(tenant: Tenant) -> GuardPolicy:
    """The tenant's policy, or the defaults where it has none."""
    return GuardPolicy.objects.filter(tenant=tenant).first() or GuardPolicy(tenant=tenant)


def published(tenant: Tenant) -> list[WordListVersion]:
    """The versions that are in force, each with its list."""
    newest = WordListPublication.objects.filter(word_list=OuterRef("pk")).order_by("-pk")
    ids = WordList.objects.filter(tenant=tenant).values_list(
        Subquery(newest.values("version")[:1]), flat=True
    )
    versions = WordListVersion.objects.filter(pk__in=[one for one in ids if one])
    return list(versions.select_related("word_list").order_by("pk"))


def _look_up(tenant: Tenant, known: _Known) -> Guard:
    versions = published(tenant)
    key = tuple(
        (one.pk, one.word_list.action, one.word_list.in_questions, one.word_list.in_answers)
        for one in versions
    )
    if key != known.key:
        known.words = (
            _words(versions, lambda one: one.in_questions),
            _words(versions, lambda one: one.in_answers),
        )
        known.key = key
    policy = policy_of(tenant)
    return Guard(*known.words, _hosts(tenant, policy), policy)


def _words(versions: list[WordListVersion], holds: Callable[[WordList], bool]) -> Words:
    return Words(
        Entry(word, one.word_list.action, one.pk)
        for one in versions
        if holds(one.word_list)
        for word in one.words
    )


def _hosts(tenant: Tenant, policy: GuardPolicy) -> frozenset[str]:
    """Those of the tenant's sites, of its documents, of this server, and those it names."""
    documents = Document.objects.filter(tenant=tenant, url__startswith="http")
    addresses = [
        *documents.order_by().values_list("url", flat=True).distinct(),
        *tenant.allowed_origins,
        settings.PUBLIC_URL,
    ]
    own = {host_of(address) for address in addresses}
    named = {host_of(host if "//" in host else f"//{host}") for host in policy.link_hosts}
    return frozenset((own | named) - {""})


def is_host(text: str) -> bool:
    """Whether this names a host, as `shop.example.com` or with its port."""
    return not urlsplit(f"//{text}").path and host_of(f"//{text}") == text
