"""What is tried: a voice, and knowledge that is not stored."""

import contextlib
import dataclasses
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from billing.services.attempts import Unasked
from chatbot.engine.model_choice import Voice, published_version, voice_in
from chatbot.engine.prompting import BuiltPrompt, compose_prompt
from chatbot.knowledge.embeddings import place_question
from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import forget
from chatbot.models import PersonaVersion, Trial
from chatbot.providers.directory import directory
from chatbot.rollout.wording import version_with
from chatbot.sandbox.turns import Before
from conversations.models import Tenant


@dataclass(frozen=True)
class Candidate:
    """A tenant's bot as it would be."""

    tenant: Tenant
    voice: Voice
    knowledge_title: str = ""
    knowledge_text: str = ""

    def prompt(self, before: Before, question: str, *, free: bool = False) -> BuiltPrompt:
        """What would be sent for this question; nothing of the draft knowledge stays.

        A `free` one asks no embedding model where the question lies.
        With draft knowledge words alone search: its passages have no place
        among the embeddings, and a call for the question's would be undone
        in the books with the draft.
        """
        place = functools.partial(place_question, Unasked(self.tenant))
        with self._knowing() as drafted:
            return compose_prompt(
                self.tenant,
                self.voice,
                before.messages,
                question,
                place=(lambda _: None) if drafted or free else place,
                **before.more,
            )

    @contextlib.contextmanager
    def _knowing(self) -> Iterator[bool]:
        """The draft can be found by this connection, and by no other, until the block ends."""
        if not self.knowledge_text.strip():
            yield False
            return
        try:
            with transaction.atomic():
                store_document(
                    self.tenant,
                    title=self.knowledge_title or "Draft",
                    url="",
                    language="en",
                    text=self.knowledge_text,
                )
                forget(self.tenant)
                yield True
                transaction.set_rollback(True)
        finally:
            forget(self.tenant)


def candidate_of(trial: Trial) -> Candidate:
    """The candidate of this trial."""
    version: PersonaVersion | None
    if trial.wording and trial.persona:
        version = version_with(trial.persona, trial.number or 0, trial.wording)
    else:
        version = published_version(trial.tenant)
    voice = voice_in(version, trial.tenant)
    model = trial.model or voice.model
    voice = dataclasses.replace(voice, model=model, accepts=directory().accepts(model))
    return Candidate(trial.tenant, voice, trial.knowledge_title, trial.knowledge_text)
