"""Where models are called: a base URL, what it speaks, and the key it is given."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import SecretStr


class Kind(enum.StrEnum):
    """What stands behind a base URL."""

    OPENAI = "openai"
    AZURE = "azure"
    COMPATIBLE = "compatible"  # vLLM, Ollama, llama.cpp, a gateway, the demo model


@dataclass(frozen=True)
class Server:
    """A server that speaks OpenAI's API; one without a `pk` is the environment's.

    With an `api_version` it is called the way of Azure: a path per
    deployment, the key in `api-key`. `deployments` say which name a model
    goes by there.
    """

    name: str = "environment"
    kind: Kind = Kind.OPENAI
    base_url: str | None = None
    api_version: str = ""
    deployments: Mapping[str, str] = field(default_factory=dict, hash=False)
    pk: int | None = None

    @property
    def strict(self) -> bool:
        """Whether it refuses what a model does not take, instead of passing it over."""
        return self.kind in (Kind.OPENAI, Kind.AZURE)

    @property
    def output_limit(self) -> str:
        """The name this server knows the output limit by.

        OpenAI and Azure refuse `max_tokens` on current models; servers that
        imitate them know it longest (read in their documentation, Nov 2026).
        """
        return "max_completion_tokens" if self.strict else "max_tokens"

    def name_of(self, model: str) -> str:
        """What the model is called there."""
        return self.deployments.get(model, model)


@dataclass(frozen=True)
class Key:
    """A key of a server's pool; its secret shows in no log and no traceback.

    The environment's has no `pk`. A spare one is used only where no other can be.
    """

    secret: SecretStr
    fingerprint: str
    last4: str = ""
    pk: int | None = None
    spare: bool = False


def kind_of(base_url: str | None) -> Kind:
    """What a base URL is, by its host; none at all is OpenAI's own."""
    if base_url is None:
        return Kind.OPENAI
    host = urlsplit(base_url).hostname or ""
    if host.endswith(".openai.com"):
        return Kind.OPENAI
    return Kind.AZURE if host.endswith(".azure.com") else Kind.COMPATIBLE
