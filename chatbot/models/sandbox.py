"""What a candidate is tried with, and what it answered; no visitor sees any of it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from billing.money import MONEY
from chatbot.models.personas import Persona, PersonaVersion
from conversations.models import Generation, Message, TenantOwned


class EvaluationSet(TenantOwned):
    """Questions with rules that say when an answer passes, and the share that must."""

    name = models.CharField(max_length=100)
    about = models.CharField(max_length=300, blank=True)
    threshold = models.PositiveSmallIntegerField(
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Percent of the cases that must pass.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_set_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class EvaluationCase(TenantOwned):
    """A question of a set, with the rules that its answer must keep.

    One that was taken from a visitor's message goes with that message when
    the visitor is erased. `expected` is for people, `rules` are checked.
    """

    set = models.ForeignKey(EvaluationSet, models.CASCADE, related_name="cases")
    question = models.TextField(max_length=4000)
    expected = models.TextField(
        blank=True, max_length=4000, help_text="What a good answer says, for people to compare."
    )
    rules = models.JSONField(default=list, blank=True)
    source_message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = "case"
        ordering = ["set", "pk"]

    def __str__(self) -> str:
        return self.question[:60]


class Trial(TenantOwned):
    """A candidate that is tried: another wording, model or knowledge.

    What it is tried with stands in its items. `wording` is a copy, so that
    editing the draft meanwhile changes nothing.
    """

    class Kind(models.TextChoices):
        """What it is tried with."""

        PLAY = "play", "A chat: ask it yourself"
        REPLAY = "replay", "Recorded conversations, beside what was answered then"
        EVALUATION = "evaluation", "An evaluation set"

    class State(models.TextChoices):
        """How far it is."""

        PRICED = "priced", "Waits for your word"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        ENDED = "ended", "Ended"

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PLAY)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.PRICED, editable=False
    )
    persona = models.ForeignKey(Persona, models.CASCADE, null=True, editable=False)
    version = models.ForeignKey(
        PersonaVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    number = models.PositiveIntegerField(null=True, editable=False)
    wording = models.JSONField(default=dict, editable=False)
    model = models.CharField(max_length=200, blank=True)
    knowledge_title = models.CharField(max_length=300, blank=True)
    knowledge_text = models.TextField(blank=True)
    set = models.ForeignKey(
        EvaluationSet, models.CASCADE, null=True, blank=True, related_name="trials"
    )
    threshold = models.PositiveSmallIntegerField(null=True, editable=False)
    chosen = models.JSONField(default=dict, editable=False, help_text="Which were chosen, and how.")
    likely = models.DecimalField(**MONEY, null=True, editable=False)
    most = models.DecimalField(**MONEY, null=True, editable=False)
    note = models.CharField(max_length=500, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        who = f"{self.persona} v{self.number}" if self.persona else "The usual persona"
        return who + (f" on {self.model}" if self.model else "")


class TrialItem(TenantOwned):
    """One question to the candidate, and what it answered.

    Whoever works on it holds it until `taken_until`; what a dead worker held
    is taken by another after that. An item that replays a recorded reply goes
    with that reply when its visitor is erased.
    """

    class State(models.TextChoices):
        """How far it is; the last two are final."""

        WAITING = "waiting", "Waits"
        DONE = "done", "Answered"
        FAILED = "failed", "No answer"

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="items")
    recorded = models.ForeignKey(
        Generation, models.CASCADE, null=True, related_name="+", help_text="What it replays."
    )
    case = models.ForeignKey(EvaluationCase, models.CASCADE, null=True, related_name="+")
    question = models.TextField()
    history = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    taken_until = models.DateTimeField(null=True)

    answer = models.TextField(blank=True)
    citations = models.JSONField(default=list)
    verdicts = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    code = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=200, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(**MONEY, null=True)
    first_ms = models.PositiveIntegerField(null=True)
    whole_ms = models.PositiveIntegerField(null=True)
    checks = models.JSONField(default=list, help_text="Each rule, and whether it was kept.")
    passed = models.BooleanField(null=True)

    class Meta:
        ordering = ["trial", "pk"]
        indexes = [
            models.Index(
                fields=["id"], name="trial_items_waiting", condition=models.Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]
