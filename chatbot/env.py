"""Every setting an operator can make, typed, with all mistakes reported at once."""

import ipaddress
import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PositiveDecimal = Annotated[Decimal, Field(gt=0)]

ROOT = Path(__file__).resolve().parent.parent


class Env(BaseSettings):
    """The operator's settings, from the environment first and `.env` second.

    `NAME_FILE` may hold the path of a file with the value of any `NAME`,
    as container secrets do.
    """

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True, case_sensitive=False
    )

    secret_key: SecretStr
    database_url: SecretStr
    redis_url: SecretStr
    broker_url: SecretStr | None = None
    debug: bool = False
    allowed_hosts: Annotated[list[str], NoDecode] = []
    # this machine and its private networks: where proxies stand
    trusted_proxies: Annotated[list[str], NoDecode] = [
        *("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
    ]
    public_url: str = "http://localhost:8000"
    static_is_collected: bool = False

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    openai_api_version: str = ""
    openai_admin_key: SecretStr | None = None
    chat_model: str = "gpt-6-luna"
    summary_model: str = ""
    max_output_tokens: int = 1000
    field_key: Annotated[list[SecretStr], NoDecode] = []
    model_connect_seconds: PositiveFloat = 5
    model_first_token_seconds: PositiveFloat = 20
    model_idle_seconds: PositiveFloat = 15
    model_whole_seconds: PositiveFloat = 120
    calls_per_reply: PositiveInt = 6
    embedding_model: str = "offline"
    embedding_near: Annotated[float, Field(gt=0, le=1)] = 0.48

    fetch_inside: Annotated[list[str], NoDecode] = []

    upload_max_mb: PositiveInt = 5
    upload_day_mb: PositiveInt = 1000
    upload_scan_command: str = ""

    email_host: str = ""
    email_port: PositiveInt = 587
    email_user: str = ""
    email_password: SecretStr = SecretStr("")
    email_tls: Literal["starttls", "ssl", "none"] = "starttls"
    email_from: str = ""
    alert_conversation_above: PositiveDecimal = Decimal(1)

    metrics_token: SecretStr = SecretStr("")
    log_format: Literal["line", "json"] = "line"
    otel_exporter_otlp_endpoint: str = ""

    second_factor: Literal["asked", "required"] = "asked"
    oidc_server: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "Single sign-on"

    database_pool_size: int = 4
    worker_concurrency: int = 300
    visitor_messages_per_minute: PositiveInt = 20
    visitor_waiting: PositiveInt = 5
    crowd_messages_per_minute: PositiveInt = 3
    new_visitors_per_minute: PositiveInt = 120
    new_visitors_per_address: PositiveInt = 20
    tenant_waiting: PositiveInt = 1000
    tenant_at_once: NonNegativeInt = 0
    api_requests_per_minute: PositiveInt = 600
    time_zone: str = "UTC"

    @field_validator("allowed_hosts", "fetch_inside", "trusted_proxies", mode="before")
    @classmethod
    def _split_hosts(cls, value: Any) -> Any:
        return [host.strip() for host in value.split(",")] if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        """`none` trusts nobody; a mistake here would else let anybody name any address."""
        named = [one for one in value if one != "none"]
        for one in named:
            ipaddress.ip_network(one, strict=False)
        return named

    @field_validator("field_key", mode="before")
    @classmethod
    def _split_keys(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return [key.strip() for key in value.split(",") if key.strip()]

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole_oidc(self) -> "Env":
        given = [bool(self.oidc_server), bool(self.oidc_client_id), bool(self.oidc_client_secret)]
        if any(given) and not all(given):
            raise ValueError(
                "OpenID Connect needs OIDC_SERVER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET; "
                "set all three, or none"
            )
        return self

    @model_validator(mode="after")
    def _a_key_for_the_provider(self) -> "Env":
        key = self.openai_api_key.get_secret_value() if self.openai_api_key else ""
        host = urlsplit(self.openai_base_url or "https://api.openai.com").hostname or ""
        if key == "demo" and host.endswith("openai.com"):
            raise ValueError(
                "OPENAI_API_KEY is `demo`, which is the demo model's, and OPENAI_BASE_URL names "
                "no demo model: set your own key, or the address of a demo model too"
            )
        return self

    def openid_apps(self) -> list[dict[str, Any]]:
        """The OpenID Connect server that staff may sign in with, as allauth wants it; or none."""
        if not self.oidc_server:
            return []
        return [
            {
                "provider_id": "oidc",
                "name": self.oidc_name,
                "client_id": self.oidc_client_id,
                "secret": self.oidc_client_secret.get_secret_value(),
                "settings": {"server_url": self.oidc_server},
            }
        ]


def read_env() -> Env:
    """The operator's settings; exits with one line per mistake where any is wrong."""
    from_files: dict[str, Any] = {}
    for name, path in os.environ.items():
        if name.endswith("_FILE") and name[:-5].lower() in Env.model_fields:
            from_files[name[:-5].lower()] = Path(path).read_text().strip()
    try:
        return Env(**from_files)
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(part) for part in mistake['loc']).upper()}: {mistake['msg']}"
            for mistake in error.errors()
        ]
        raise SystemExit(
            "These settings are wrong or missing (environment or .env):\n"
            + "\n".join(lines)
            + "\n`python3 manage.py up` writes a complete .env on its first run."
        ) from None
