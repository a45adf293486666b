"""Sends a reply at its pace, and breaks it where the behaviour says so."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import orjson

from chatbot.demo_model.behaviour import Behaviour
from chatbot.demo_model.exchange import EVENT_STREAM, ClientGone, Exchange
from chatbot.demo_model.replies import Reply
from chatbot.demo_model.request_log import Record
from chatbot.demo_model.wire import DONE, MALFORMED, Usage, Wire

NEVER = float("inf")


class Delivery:
    """One reply on its way; the record says at each moment what was generated."""

    def __init__(
        self, exchange: Exchange, record: Record, reply: Reply, wire: Wire, behaviour: Behaviour
    ) -> None:
        self._exchange, self._record, self._reply = exchange, record, reply
        self._wire, self._behaviour = wire, behaviour
        self._arrived = asyncio.get_running_loop().time() - (time.monotonic() - exchange.started)
        self._write: Callable[[bytes], Awaitable[None]] = (
            self._write_torn if behaviour.split_utf8 else exchange.write
        )

    async def stream(self, *, with_usage: bool) -> None:
        """Send the reply as server-sent events, one per piece."""
        self._record.status = 200
        await self._exchange.start(200, EVENT_STREAM)
        if await self._stream_pieces():
            await self._end_stream(with_usage)

    async def _stream_pieces(self) -> bool:
        """Send all pieces; False where a fault ended the stream before its end.

        This is the loop that the benches drive at 10,000 pieces a second: no
        object is built per piece but the bytes that leave.
        """
        record, write, wait_until = self._record, self._write, self._exchange.wait_until
        before, after, stamp = self._wire.before, self._wire.after, self._behaviour.stamp
        token_s = self._behaviour.token_ms / 1000
        due = self._arrived + self._behaviour.first_token_ms / 1000
        break_at = self._break_at()
        await wait_until(due)
        await write(self._wire.first())
        for piece in self._reply.pieces:
            if record.completion_tokens >= break_at:
                if not await self._break_off():
                    return False
                due, break_at = asyncio.get_running_loop().time(), NEVER
            await wait_until(due)
            due += token_s
            if stamp:
                await write(b'%b"%.3f "%b' % (before, time.monotonic() * 1000, after))
            elif piece.text:
                await write(before + orjson.dumps(piece.text) + after)
            record.completion_tokens += piece.tokens
        for chunk, tokens in self._wire.calls(self._reply.calls):
            await write(chunk)
            record.completion_tokens += tokens
        return record.completion_tokens < break_at or await self._break_off()

    def _break_at(self) -> float:
        told = self._behaviour
        counts = (
            told.stall_after_tokens,
            told.cut_after_tokens,
            told.end_early_after_tokens,
            told.corrupt_after_tokens,
        )
        return min((count for count in counts if count is not None), default=NEVER)

    async def _break_off(self) -> bool:
        """Do what the behaviour says happens here; True where the reply goes on after it."""
        told, record = self._behaviour, self._record
        if told.stall_after_tokens is not None:
            await self._stall()
            return True
        if told.cut_after_tokens is not None:
            record.outcome = "cut"
            await self._exchange.cut()
        elif told.corrupt_after_tokens is not None:
            record.outcome = "corrupt"
            await self._exchange.finish(MALFORMED)
        else:
            record.outcome = "cut"
            await self._exchange.finish()
        return False

    async def _stall(self) -> None:
        """Say nothing for as long as the behaviour asks; a client that leaves ends it."""
        wait_ms = self._behaviour.stall_ms
        self._record.outcome = "stalled"
        await self._exchange.wait_gone(None if wait_ms is None else wait_ms / 1000)
        if self._exchange.gone.is_set():
            raise ClientGone
        self._record.outcome = "error"  # until the end is reached

    async def _end_stream(self, with_usage: bool) -> None:
        told, wire, usage = self._behaviour, self._wire, self._usage()
        tell = with_usage and not told.omit_usage
        in_choice = tell and told.usage_in_last_choice_chunk
        end = wire.last(self._reply.finish_reason, usage if in_choice else None)
        if tell and not in_choice:
            end += wire.usage(usage)
        self._close(await self._exchange.finish(end + DONE), told_usage=tell)

    async def whole(self) -> None:
        """Send the reply as one JSON body, when a stream of it would have ended."""
        told, exchange, record = self._behaviour, self._exchange, self._record
        billed = 0
        due = self._arrived + told.first_token_ms / 1000
        break_at = self._break_at()
        for piece in self._reply.pieces:
            if billed >= break_at:
                break
            due += told.token_ms / 1000
            billed += piece.tokens
        await self._wait_generating(due, billed)
        record.completion_tokens = billed
        if billed >= break_at and not await self._break_whole():
            return
        reply = self._reply
        record.completion_tokens = sum(piece.tokens for piece in reply.pieces)
        record.completion_tokens += sum(tokens for _, tokens in self._wire.calls(reply.calls))
        text = "".join(piece.text for piece in self._reply.pieces)
        usage = None if told.omit_usage else self._usage()
        body = self._wire.whole(text, reply.finish_reason, usage, reply.calls)
        await self._start_whole(len(body))
        self._close(await exchange.finish(body), told_usage=not told.omit_usage)

    async def _wait_generating(self, due: float, tokens: int) -> None:
        """Wait as long as the tokens take; a client that leaves pays for the share made by then."""
        loop = asyncio.get_running_loop()
        begun = self._arrived + self._behaviour.first_token_ms / 1000
        try:
            await self._exchange.wait_until(due)
        except ClientGone:
            share = (loop.time() - begun) / max(due - begun, 0.001)
            self._record.completion_tokens = int(tokens * min(max(share, 0), 1))
            raise

    async def _break_whole(self) -> bool:
        told = self._behaviour
        if told.stall_after_tokens is None and told.cut_after_tokens is None:
            # A body that ends in the middle of its JSON, with its length as announced.
            self._record.outcome = "corrupt" if told.corrupt_after_tokens is not None else "cut"
            torn = self._wire.whole("", None, None)[:-20]
            await self._start_whole(len(torn))
            await self._exchange.finish(torn)
            return False
        return await self._break_off()

    async def _start_whole(self, length: int) -> None:
        self._record.status = 200
        headers = {"content-type": "application/json", "content-length": str(length)}
        await self._exchange.start(200, headers)

    def _usage(self) -> Usage:
        """What is told and billed: a provider that says zero bills zero."""
        record = self._record
        if self._behaviour.zero_usage:
            record.prompt_tokens = record.cached_tokens = record.completion_tokens = 0
        return Usage(record.prompt_tokens, record.cached_tokens, record.completion_tokens)

    def _close(self, delivered: bool, *, told_usage: bool) -> None:
        if not delivered:
            raise ClientGone
        self._record.usage_delivered = told_usage
        self._record.outcome = "length" if self._reply.finish_reason == "length" else "ok"

    async def _write_torn(self, data: bytes) -> None:
        """Write so that the client's reads end inside characters of several bytes."""
        start = 0
        for at in range(1, len(data)):
            if data[at] & 0xC0 == 0x80 and data[at - 1] & 0xC0 == 0xC0:
                await self._exchange.write(data[start:at])
                # Long enough for the bytes to leave on their own.
                await asyncio.sleep(0.002)
                start = at
        await self._exchange.write(data[start:])
