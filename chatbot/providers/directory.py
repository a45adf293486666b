"""Who can be called: servers, their keys, what models accept, and who stands in for whom."""

import logging
import random
import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Now
from pydantic import SecretStr

from chatbot.models import FallbackStep, ModelProfile, ModelServer, ProviderKey
from chatbot.models.encryption import CannotDecrypt
from chatbot.providers.breaker import breaker
from chatbot.providers.capabilities import UNKNOWN, Accepts
from chatbot.providers.chosen import environment, environment_key, provider_at
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.providers.profiles import accepts_of
from chatbot.providers.servers import Key, Kind, Server

logger = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
NO_KEY = Key(SecretStr("none"), "none")


@dataclass(frozen=True)
class Choice:
    """A model at a server."""

    server: Server
    model: str

    def __str__(self) -> str:
        return f"{self.model} at {self.server.name}"


@dataclass(frozen=True)
class Route:
    """A choice, and the key and client that it is called with."""

    choice: Choice
    key: Key
    provider: OpenAIChat

    @property
    def by_key(self) -> str:
        """The breaker's name for the key."""
        return f"{self.choice.server.name}/{self.key.fingerprint}"

    @property
    def by_model(self) -> str:
        """The breaker's name for the model by this key."""
        return f"{self.by_key}/{self.choice.model}"


@dataclass(frozen=True)
class Directory:
    """All of it at one moment."""

    servers: dict[int | None, Server]
    keys: dict[int | None, list[Key]]
    homes: dict[str, Server]
    profiles: dict[str, Accepts]
    steps: dict[int | None, list[tuple[str, int | None]]]

    def accepts(self, model: str) -> Accepts:
        """What the model accepts; `UNKNOWN` where nobody has said."""
        return self.profiles.get(model, UNKNOWN)

    def home(self, model: str) -> Choice:
        """The model where it is usually asked for."""
        return Choice(self.homes.get(model, self.servers[None]), model)

    def choices(self, model: str, tenant_id: int) -> list[Choice]:
        """The first choice, then those that stand in for it, each once."""
        found = [self.home(model)]
        for other, server in self.steps.get(tenant_id) or self.steps.get(None, []):
            step = self.home(other or model)
            if server is not None:
                step = Choice(self.servers[server], step.model)
            if step not in found:
                found.append(step)
        return found

    def route(self, choice: Choice, barred: Collection[str] = ()) -> Route | None:
        """The choice with a key that may be used now; None where there is none.

        Keys take turns by chance. A spare one is used where no other can be.
        """
        keys = [key for key in self.keys[choice.server.pk] if key.fingerprint not in barred]
        random.shuffle(keys)
        for key in sorted(keys, key=lambda one: one.spare):
            route = Route(choice, key, provider_at(choice.server, key))
            if breaker().allows([route.by_key, route.by_model]):
                return route
        return None


_read: tuple[float, Directory] | None = None


def directory() -> Directory:
    """As it stood in the database at most `FRESH_SECONDS` ago."""
    global _read
    now = time.monotonic()
    if _read is None or now > _read[0]:
        _read = now + FRESH_SECONDS, read_directory()
    return _read[1]


def forget() -> None:
    """This process looks anew at the next call."""
    global _read
    _read = None


def read_directory() -> Directory:
    """As it stands in the database now."""
    rows = list(ModelServer.objects.all())
    servers: dict[int | None, Server] = {None: environment()}
    servers |= {row.pk: _server(row) for row in rows}
    steps: dict[int | None, list[tuple[str, int | None]]] = defaultdict(list)
    for step in FallbackStep.objects.order_by("position"):
        steps[step.tenant_id].append((step.model, step.server_id))
    return Directory(
        servers=servers,
        keys=_pools(servers),
        homes={model: servers[row.pk] for row in rows for model in row.serves},
        profiles={row.model: accepts_of(row) for row in ModelProfile.objects.all()},
        steps=dict(steps),
    )


def _server(row: ModelServer) -> Server:
    return Server(row.name, Kind(row.kind), row.base_url, row.api_version, row.deployments, row.pk)


def _pools(servers: dict[int | None, Server]) -> dict[int | None, list[Key]]:
    """The usable keys of each server."""
    pools: dict[int | None, list[Key]] = {pk: [] for pk in servers}
    usable = Q(refused_at=None) & (Q(retires_at=None) | Q(retires_at__gt=Now()))
    rows = list(ProviderKey.objects.annotate(usable=Q(usable)))
    for row in rows:
        if row.usable and (key := _key(row)):
            pools[row.server_id].append(key)
    ours = environment_key()
    if ours and ours.fingerprint not in {row.fingerprint for row in rows if row.server_id is None}:
        pools[None].append(ours)
    keyed = {row.server_id for row in rows}
    for pk, server in servers.items():
        # A server of one's own often needs no key; one whose keys were all refused does.
        if server.kind is Kind.COMPATIBLE and pk not in keyed and not pools[pk]:
            pools[pk].append(NO_KEY)
    return pools


def _key(row: ProviderKey) -> Key | None:
    try:
        secret = row.secret.reveal()
    except CannotDecrypt as error:
        logger.error("%s cannot be used: %s", row, error)
        return None
    # One that is on its way out waits behind those that stay.
    return Key(secret, row.fingerprint, row.last4, row.pk, spare=row.retires_at is not None)
