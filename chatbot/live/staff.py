"""The desk's line: a socket of somebody of staff who looks at one conversation."""

import asyncio
import logging
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error
from django.http import HttpRequest, parse_cookie

from chatbot import logs
from chatbot.live import protocol
from chatbot.live.bridge import in_database
from chatbot.live.signs import CALL_SECONDS, Sign
from chatbot.live.visitor import VisitorConsumer
from conversations import access
from conversations.models import Conversation
from conversations.roles import Act
from conversations.services.event_data import name_of

logger = logging.getLogger(__name__)

NOT_ANY_MORE = 4403
LOOK_SECONDS = 1.0
State = Conversation.State
FRAMES = (protocol.Resume, protocol.Typing, protocol.Ping)


class StaffConsumer(VisitorConsumer):
    """Sends the conversation as it grows to somebody who works there, and their signs to others.

    What they do goes over HTTP. A right that is taken away closes it within
    `LOOK_SECONDS`.
    """

    who = "staff"
    person: User
    looking: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """The socket is open for those who may read the conversation, else refused."""
        try:
            admitted = await in_database(admit_staff, self.scope)
        except Error:
            logger.exception("Postgres is away; the page will come back")
            admitted = None
        if admitted is None:
            await self.close()
            return
        self.person, self.conversation = admitted
        logs.about(conversation=self.conversation.pk)
        await self.accept(protocol.SUBPROTOCOL)
        self.looking = asyncio.create_task(self._look())

    async def disconnect(self, code: int) -> None:
        """Nothing of this socket goes on, and the others know that it is gone."""
        if self.running:
            self.running.cancel()
        if self.looking:
            self.looking.cancel()
            self.sign("gone").give(self.conversation.pk)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame has been answered; those that only visitors send are broken ones here."""
        try:
            frame = protocol.parse(text_data)
        except protocol.BadFrame:
            frame = None
        if isinstance(frame, protocol.Typing) and not await in_database(
            may_answer, self.person, self.conversation
        ):
            return  # whoever only reads has nothing to say that a visitor should wait for
        if frame is None or isinstance(frame, FRAMES):
            await super().receive(text_data, bytes_data)
        else:
            await self._refuse("Staff send resume, typing and ping; the rest goes over HTTP.")

    async def hear(self, sign: Sign) -> None:
        """Staff know of everybody."""
        await self.company.tell(sign)

    def sign(self, what: str) -> Sign:
        """With the name, and whether the visitor talks to a person now, or waits for one."""
        shown = self.conversation.state in (State.STAFF, State.WAITING)
        return Sign(what, self.who, self.by, name_of(self.person), shown)

    async def _look(self) -> None:
        """The right is looked up again and again, and those who are here are called."""
        calls = 0.0
        while True:
            if calls <= 0:
                self.sign("here").give(self.conversation.pk)
                calls = CALL_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            calls -= LOOK_SECONDS
            await self.company.look()
            try:
                admitted = await in_database(admit_staff, self.scope)
            except Error:
                continue
            if admitted is None:
                await self.close(NOT_ANY_MORE)
                return
            state = self.conversation.state
            self.person, self.conversation = admitted
            if self.conversation.state != state:
                calls = 0.0


def may_answer(person: User, conversation: Conversation) -> bool:
    """Whether this person may write to the visitor."""
    return access.tenants_of(person, Act.ANSWER).filter(pk=conversation.tenant_id).exists()


def admit_staff(scope: dict[str, Any]) -> tuple[User, Conversation] | None:
    """Who is signed in and the conversation they ask for; None where they may not read it.

    None also for a page of another site: cookies come along from there too.
    """
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    origin = headers.get(b"origin", b"").decode("latin-1")
    if protocol.SUBPROTOCOL not in (scope.get("subprotocols") or []) or not host:
        return None
    if origin.partition("://")[2] != host:
        return None
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    request = HttpRequest()
    request.session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    person = auth.get_user(request)
    wanted = scope["url_route"]["kwargs"]["conversation"]
    conversation = access.visible(person, Conversation).filter(pk=wanted).first()
    return (person, conversation) if conversation and isinstance(person, User) else None
