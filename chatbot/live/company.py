"""Who else is at a conversation, as one socket has been told."""

import dataclasses
import time
from collections.abc import Awaitable, Callable

from chatbot.live import protocol
from chatbot.live.signs import CALL_SECONDS, HERE_SECONDS, TYPING_SECONDS, Sign


class Company:
    """Tells one socket of the others' signs, each presence once until it changes.

    `send` is the socket's. What a socket itself gave is not told to it.
    """

    def __init__(self, by: str, send: Callable[[str], Awaitable[None]]) -> None:
        self._by = by
        self._send = send
        self._here: dict[str, tuple[float, Sign]] = {}
        self._typed = 0.0

    def may_type(self) -> bool:
        """Whether this socket's typing is worth a sign again; what comes sooner is dropped."""
        now = time.monotonic()
        if now - self._typed < TYPING_SECONDS:
            return False
        self._typed = now
        return True

    async def tell(self, sign: Sign) -> None:
        """The socket knows of it, where that is new to it."""
        if sign.by == self._by:
            return
        if sign.what == "typing":
            await self._send(protocol.typing(sign.who, sign.name))
        elif sign.what == "here":
            known = sign.by in self._here
            self._here[sign.by] = time.monotonic(), sign
            if not known:
                await self._send(protocol.presence(sign.who, sign.name, here=True))
        elif self._here.pop(sign.by, None):
            await self._left(sign)

    async def look(self) -> None:
        """Whoever has given no sign for long is gone."""
        late = time.monotonic() - HERE_SECONDS
        for by, (at, sign) in list(self._here.items()):
            if at < late:
                del self._here[by]
                await self._left(sign)

    async def _left(self, sign: Sign) -> None:
        """Two tabs of one person are one person."""
        if not any((one.who, one.name) == (sign.who, sign.name) for _, one in self._here.values()):
            await self._send(protocol.presence(sign.who, sign.name, here=False))


class VisitorCompany(Company):
    """The same for a visitor, who knows of staff alone, and lets staff know that they are here."""

    def __init__(self, by: str, send: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(by, send)
        self._answered = 0.0

    async def hear(self, sign: Sign, conversation_id: int) -> None:
        """The visitor knows of the person who answers; whoever of staff looks in knows of them."""
        if sign.who != "staff":
            return
        if sign.shown:
            await self.tell(sign)
        elif sign.what != "typing":
            await self.tell(dataclasses.replace(sign, what="gone"))
        now = time.monotonic()
        if sign.what == "here" and now - self._answered > CALL_SECONDS / 2:
            self._answered = now
            Sign("here", "visitor", self._by).give(conversation_id)

    def leave(self, conversation_id: int) -> None:
        """Staff who were told of this visitor are told that they are gone."""
        if self._answered:
            Sign("gone", "visitor", self._by).give(conversation_id)
