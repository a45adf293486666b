"""Trials: set one up, say yes to its cost, stop it, go on, ask in a chat.

What builds prompts is imported inside: web processes show trials, and the SDK
behind the engine costs them 0.7 s and 60 MB as long as nobody sets one up.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from chatbot.models import EvaluationSet, PersonaVersion, Trial, TrialItem
from chatbot.rollout.wording import wording_of
from chatbot.sandbox.recorded import Wish, drawn
from conversations.models import Generation, Tenant

Kind, State = Trial.Kind, Trial.State


class NothingToAsk(Exception):
    """No question was found; the message says what to do."""


def play(trial: Trial) -> Trial:
    """A chat with the candidate is open; each question is paid for as it is asked."""
    trial.kind, trial.state = Kind.PLAY, State.RUNNING
    _set_up(trial, [])
    return trial


def replay(trial: Trial, wish: Wish) -> Trial:
    """Recorded turns wait to be asked again, with what that will cost; nothing is asked yet.

    Raises `NothingToAsk` where no conversation is as wished, and `Unpriced`
    where the model has no price.
    """
    turns = drawn(trial.tenant, wish)
    if not turns:
        raise NothingToAsk("No conversation is like that; choose more days, or all of them.")
    trial.kind = Kind.REPLAY
    trial.chosen = {
        "words": wish.in_words,
        "conversations": len({turn.conversation_id for turn in turns}),
    }
    _set_up(trial, [_replayed(trial, turn) for turn in turns])
    return trial


def evaluate(trial: Trial, evaluation_set: EvaluationSet) -> Trial:
    """Every case of the set waits to be asked, with what that will cost; nothing is asked yet.

    Rules and threshold are those of now. Refused as `replay` is.
    """
    cases = list(evaluation_set.cases.order_by("pk"))
    if not cases:
        raise NothingToAsk(f"“{evaluation_set}” has no case yet; add one first.")
    trial.kind, trial.set = Kind.EVALUATION, evaluation_set
    trial.threshold = evaluation_set.threshold
    items = [
        TrialItem(
            tenant_id=trial.tenant_id,
            trial=trial,
            case=case,
            question=case.question,
            rules=case.rules,
        )
        for case in cases
    ]
    _set_up(trial, items)
    return trial


def new_trial(
    tenant: Tenant,
    version: PersonaVersion | None = None,
    model: str = "",
    *,
    by: User | None = None,
    knowledge: tuple[str, str] = ("", ""),
) -> Trial:
    """A trial that is not saved yet; without a version it speaks as the bot does now."""
    title, text = knowledge
    return Trial(
        tenant=tenant,
        version=version,
        model=model,
        knowledge_title=title,
        knowledge_text=text,
        asked_by=by,
    )


def confirm(trial: Trial) -> bool:
    """What was estimated may be spent, and the trial runs; False where it waited for no word."""
    return _move(trial, [State.PRICED], State.RUNNING)


def stop(trial: Trial, note: str = "") -> bool:
    """Nothing more is asked after what is being asked now; False where it did not run."""
    return _move(trial, [State.RUNNING, State.PRICED], State.STOPPED, note)


def go_on(trial: Trial) -> bool:
    """What still waits is asked; False where it was not stopped."""
    return _move(trial, [State.STOPPED], State.RUNNING)


def end_if_done(trial: Trial) -> None:
    """The trial has ended where nothing of it waits; a chat stays open."""
    if trial.kind == Kind.PLAY or trial.items.filter(state=TrialItem.State.WAITING).exists():
        return
    _move(trial, [State.RUNNING, State.STOPPED], State.ENDED)


def ask(trial: Trial, question: str) -> TrialItem | None:
    """The question waits for the candidate's answer; None where an earlier one still does."""
    with transaction.atomic():
        Trial.objects.select_for_update().get(pk=trial.pk)
        if trial.items.filter(state=TrialItem.State.WAITING).exists():
            return None
        # said as a visitor would say it: no NUL, as long as the widget allows
        text = question.replace("\0", "").strip()[:4000]
        if not text:
            return None
        return TrialItem.objects.create(tenant_id=trial.tenant_id, trial=trial, question=text)


def _set_up(trial: Trial, items: Sequence[TrialItem]) -> None:
    if trial.version:
        trial.persona, trial.number = trial.version.persona, trial.version.number
        trial.wording = wording_of(trial.version)
    from chatbot.sandbox.candidates import candidate_of  # noqa: PLC0415
    from chatbot.sandbox.estimating import estimate  # noqa: PLC0415

    expected = estimate(candidate_of(trial), items)
    trial.likely, trial.most = expected.likely, expected.most
    with transaction.atomic():
        trial.save()
        TrialItem.objects.bulk_create(items, batch_size=500)


def _replayed(trial: Trial, turn: Generation) -> TrialItem:
    return TrialItem(
        tenant_id=trial.tenant_id, trial=trial, recorded=turn, question=turn.question.text
    )


def _move(trial: Trial, before: list[str], after: str, note: str = "") -> bool:
    ended = timezone.now() if after == State.ENDED else None
    moved = Trial.objects.filter(pk=trial.pk, state__in=before).update(
        state=after, note=note[:500], ended_at=ended
    )
    trial.refresh_from_db(fields=["state", "note", "ended_at"])
    return bool(moved)
