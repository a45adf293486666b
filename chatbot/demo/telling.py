"""Write talks down as the product would have written them."""

import datetime
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from billing.models import Attempt, LedgerEntry, Price
from chatbot.demo.calls import Said, book, say
from chatbot.demo.talks import Line, Talk
from chatbot.engine.citations import cited
from chatbot.engine.history import ROLES
from chatbot.engine.model_choice import Voice
from chatbot.engine.prompting import BuiltPrompt, compose_prompt
from chatbot.engine.wording import sentence_for
from chatbot.guardrails.screen import Finding
from chatbot.providers.demo import is_demo
from conversations.models import Conversation, Event, Generation, Message, Tenant, Visitor
from conversations.services.event_data import message_said, reply_done, reply_failed

Kind = Event.Kind


@dataclass
class Rows:
    """Everything that was written, in the order in which it can be saved."""

    visitors: list[Visitor] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    generations: list[Generation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)
    found: list[tuple[Generation, list[Finding]]] = field(default_factory=list)

    def save(self) -> None:
        """All rows are in the database, one statement a table."""
        Visitor.objects.bulk_create(self.visitors)
        Conversation.objects.bulk_create(self.conversations)
        Message.objects.bulk_create(self.messages)
        Generation.objects.bulk_create(self.generations)
        Event.objects.bulk_create(self.events)
        Attempt.objects.bulk_create(self.attempts)
        LedgerEntry.objects.bulk_create(self.entries)


@dataclass
class Teller:
    """Writes the talks of one tenant into `rows`."""

    tenant: Tenant
    voice: Voice
    price: Price
    chance: random.Random
    rows: Rows = field(default_factory=Rows)

    def tell(self, talk: Talk, begins: datetime.datetime, not_after: datetime.datetime) -> None:
        """The talk is in `rows`, its events numbered from 1 without gaps."""
        visitor = Visitor(tenant=self.tenant)
        self.conversation = Conversation(
            tenant=self.tenant,
            visitor=visitor,
            state=talk.state,
            created_at=begins,
            updated_at=begins,
        )
        self.rows.visitors.append(visitor)
        self.rows.conversations.append(self.conversation)
        self.history: list[dict[str, str]] = []
        self.clock, self.end = begins, not_after
        for line in talk.lines:
            self._wait(self.chance.uniform(4, 9) + len(line.text) / 6)
            if line.by_staff:
                self._staff_says(line)
            else:
                self._visitor_says(line)

    def _wait(self, seconds: float) -> None:
        self.clock = min(self.clock + datetime.timedelta(seconds=seconds), self.end)

    def _staff_says(self, line: Line) -> None:
        self._wait(self.chance.uniform(60, 240))
        message = self._message(Message.Role.STAFF, line.text)
        self._event(Kind.MESSAGE, message_said(message, None))

    def _visitor_says(self, line: Line) -> None:
        if not line.for_bot:
            message = self._message(Message.Role.VISITOR, line.text, client_id=uuid4())
            self._event(Kind.MESSAGE, message_said(message, None))
            return
        built = compose_prompt(self.tenant, self.voice, list(self.history), line.text)
        question = self._message(Message.Role.VISITOR, line.text, client_id=uuid4())
        said = say(built, line.fails, question.created_at, self.chance)
        generation = self._generation(question, said)
        self._event(Kind.MESSAGE, message_said(question, generation), generation)
        self.clock = said.finished_at
        if said.failure:
            failed = reply_failed(
                generation,
                code=generation.failure,
                text=sentence_for(generation.failure, said.text),
                partial=said.text,
                at=said.finished_at,
            )
            self._event(Kind.REPLY_FAILED, failed, generation)
        else:
            self._replies(generation, built, said)
        attempt, entry = book(generation, built, said, self.price)
        self.rows.found.append((generation, [*built.findings, *built.screen.findings]))
        self.rows.attempts.append(attempt)
        self.rows.entries.append(entry)

    def _replies(self, generation: Generation, built: BuiltPrompt, said: Said) -> None:
        reply = self._message(
            Message.Role.ASSISTANT, said.text, citations=cited(said.text, built.passages)
        )
        generation.reply, generation.finish_reason = reply, "stop"
        done = reply_done(generation, reply, finish_reason="stop", demo=is_demo(generation.model))
        self._event(Kind.REPLY_DONE, done, generation)

    def _message(self, role: Message.Role, text: str, **fields: Any) -> Message:
        message = Message(
            tenant=self.tenant,
            conversation=self.conversation,
            seq=self.conversation.last_seq + 1,
            role=role,
            text=text,
            created_at=self.clock,
            **fields,
        )
        self.history.append({"role": ROLES[role], "content": text})
        self.rows.messages.append(message)
        return message

    def _generation(self, question: Message, said: Said) -> Generation:
        failure = said.failure
        generation = Generation(
            tenant=self.tenant,
            conversation=self.conversation,
            question=question,
            state=Generation.State.FAILED if failure else Generation.State.DONE,
            claim=1,
            text=said.text,
            model=self.voice.model,
            persona_label=self.voice.label,
            failure=failure.code if failure else "",
            failure_detail=failure.detail if failure else "",
            queued_at=question.created_at,
            claimed_at=said.began_at,
            first_token_at=said.first_token_at,
            finished_at=said.finished_at,
            provider_ms=said.provider_ms,
            provider_first_ms=said.provider_first_ms,
            tools_ms=0,
        )
        self.rows.generations.append(generation)
        return generation

    def _event(
        self, kind: Event.Kind, data: dict[str, Any], generation: Generation | None = None
    ) -> None:
        self.conversation.last_seq += 1
        self.conversation.updated_at = self.clock
        event = Event(
            tenant=self.tenant,
            conversation=self.conversation,
            generation=generation,
            seq=self.conversation.last_seq,
            kind=kind,
            data=data,
        )
        self.rows.events.append(event)
