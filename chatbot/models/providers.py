"""Where models are called, with which keys, what each model accepts, and who stands in for whom."""

import datetime
import hashlib

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from pydantic import SecretStr

from billing.models import Attempt
from chatbot.models.encryption import EncryptedTextField
from conversations.models import Tenant

ROTATE_EVERY = datetime.timedelta(days=30)
OVERLAP = datetime.timedelta(days=7)


def in_a_month() -> datetime.date:
    """The day by which a key that is new today is to be replaced."""
    return timezone.localdate() + ROTATE_EVERY


class ModelServer(models.Model):
    """A server that speaks OpenAI's API, beside the one that the environment names."""

    class Kind(models.TextChoices):
        """What it is."""

        OPENAI = "openai", "OpenAI"
        AZURE = "azure", "Azure OpenAI"
        COMPATIBLE = "compatible", "Compatible: vLLM, Ollama, llama.cpp, a gateway"

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.COMPATIBLE)
    base_url = models.CharField(
        "base URL",
        max_length=500,
        validators=[URLValidator(["https", "http"])],
        help_text="Like https://api.openai.com/v1, http://vllm:8000/v1, http://ollama:11434/v1, "
        "or https://NAME.openai.azure.com.",
    )
    api_version = models.CharField(
        "API version",
        max_length=40,
        blank=True,
        help_text="Azure's, for paths by deployment. Empty calls the base URL as it is.",
    )
    serves = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Models that are asked for here first, one a line. Others go to the server "
        "that the environment names.",
    )
    deployments = models.JSONField(
        default=dict,
        blank=True,
        help_text='Names that models go by here, like {"gpt-6-luna": "our-luna"}.',
    )

    class Meta:
        ordering = ["name"]
        verbose_name = "model server"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refused where the names are not names."""
        names = self.deployments
        if not isinstance(names, dict) or not all(isinstance(one, str) for one in names.values()):
            raise ValidationError({"deployments": 'Write it like {"gpt-6-luna": "our-luna"}.'})


class ProviderKey(models.Model):
    """A key of a server's pool: encrypted, told by its last four characters.

    It is used until `retires_at`, or until the provider refuses it once.
    """

    server = models.ForeignKey(
        ModelServer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="keys",
        help_text="Empty: the server that the environment names.",
    )
    label = models.CharField(max_length=100, help_text="Whose it is, or what for.")
    secret = EncryptedTextField()
    last4 = models.CharField("ends with", max_length=4, editable=False)
    fingerprint = models.CharField(max_length=16, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    rotate_by = models.DateField(
        default=in_a_month, help_text="You are alerted a week before, and again on the day."
    )
    retires_at = models.DateTimeField(
        null=True, blank=True, help_text="Not used from then on. Empty: goes on."
    )
    refused_at = models.DateTimeField(null=True, editable=False)
    refused_why = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["server__name", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["server", "fingerprint"],
                name="one_row_per_key",
                nulls_distinct=False,
                violation_error_message="This key is here already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} (…{self.last4})"

    def set_secret(self, secret: str) -> None:
        """The row holds this key; what is told of it follows."""
        self.secret = SecretStr(secret)
        # Four characters of a short key would be a good part of it.
        self.last4 = secret[-4:] if len(secret) >= 16 else ""
        self.fingerprint = fingerprint_of(secret)


def fingerprint_of(secret: str) -> str:
    """Tells keys apart and gives nothing of them away: they are long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


class ModelProfile(models.Model):
    """What a model accepts, how much it holds, and until when there is such a model.

    `chatbot/seed/models.json` describes the known ones; a row that a person
    has edited is not overwritten.
    """

    class Temperature(models.TextChoices):
        """Whether it takes a temperature."""

        YES = "yes", "Yes"
        WITHOUT_EFFORT = "without_effort", "Only with the reasoning effort none"
        NO = "no", "No"

    class OutputLimit(models.TextChoices):
        """The name of the parameter."""

        SERVER = "", "As the server knows it"
        CURRENT = "max_completion_tokens", "max_completion_tokens"
        OLD = "max_tokens", "max_tokens"

    model = models.CharField(max_length=200, unique=True)
    chat = models.BooleanField(
        default=True, help_text="No: the model only takes legacy completions (/v1/completions)."
    )
    temperature = models.CharField(
        max_length=20, choices=Temperature.choices, default=Temperature.YES
    )
    output_limit = models.CharField(max_length=30, choices=OutputLimit.choices, blank=True)
    efforts = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Values of reasoning_effort that it takes, one a line.",
    )
    effort = models.CharField(
        max_length=20, blank=True, help_text="The one that is sent. Empty: none is sent."
    )
    verbosities = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Values of verbosity that it takes, one a line.",
    )
    cache_key = models.BooleanField(default=True, help_text="Takes prompt_cache_key.")
    context_tokens = models.PositiveIntegerField(null=True, blank=True)
    most_output = models.PositiveIntegerField("most output tokens", null=True, blank=True)
    shuts_down_on = models.DateField(null=True, blank=True)
    instead = models.CharField(
        max_length=200, blank=True, help_text="What its maker names to move to."
    )
    source = models.CharField(max_length=300, help_text="Where this was read.")
    checked_on = models.DateField(help_text="When the source was last looked at.")
    edited = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["model"]

    def __str__(self) -> str:
        return self.model

    def clean(self) -> None:
        """Refused where it would send a value that the model does not take."""
        if self.effort and self.effort not in self.efforts:
            raise ValidationError({"effort": "Not one of the values that the model takes."})


class FallbackStep(models.Model):
    """Who answers where the first choice failed before it said a word.

    The steps of a tenant are tried in their order; a tenant without any has
    those of the deployment.
    """

    tenant = models.ForeignKey(
        Tenant,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: every tenant that has no steps of its own.",
    )
    position = models.PositiveSmallIntegerField(default=1, help_text="1 is tried first.")
    model = models.CharField(
        max_length=200, blank=True, help_text="Empty: the same model, at another server."
    )
    server = models.ForeignKey(
        ModelServer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: where the model is usually asked for.",
    )

    class Meta:
        ordering = ["tenant", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "position"],
                name="one_step_per_position",
                nulls_distinct=False,
                violation_error_message="There is a step at this position already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.model or 'the same model'} at {self.server or 'its server'}"

    def clean(self) -> None:
        """Refused where it names nothing else than the first choice."""
        if not self.model and self.server_id is None:
            raise ValidationError("Name another model, another server, or both.")


class Detour(models.Model):
    """A call that went elsewhere than to the first choice, and why."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="detour")
    server = models.CharField(max_length=60)
    instead_of = models.CharField(max_length=200, help_text="The first choice.")
    why = models.CharField(max_length=40, help_text="Code of what the call before it met.")
    shorter = models.BooleanField(default=False, help_text="Went out with less of the history.")

    def __str__(self) -> str:
        return f"at {self.server} instead of {self.instead_of}: {self.why}"

    @property
    def elsewhere(self) -> bool:
        """Whether it went to another model or server than the first choice."""
        return self.instead_of != f"{self.attempt.model} at {self.server}"
