"""A reply decided in full before the first byte of it is sent."""

from dataclasses import dataclass
from functools import lru_cache

from chatbot.demo_model import tokens
from chatbot.demo_model.answers import answer
from chatbot.demo_model.behaviour import Behaviour
from chatbot.demo_model.obeying import obeyed
from chatbot.demo_model.prompt_reading import Reading
from chatbot.demo_model.requests import GenerationRequest
from chatbot.demo_model.tokens import Piece
from chatbot.demo_model.tool_play import Call, answer_from, wanted_call


@dataclass(frozen=True)
class Reply:
    """What to say, piece by piece, what to call, and why it ends."""

    pieces: list[Piece]
    finish_reason: str
    calls: tuple[Call, ...] = ()


def decide(request: GenerationRequest, reading: Reading, behaviour: Behaviour) -> Reply:
    """The reply to this request, cut at its token limit; the same request, the same reply."""
    if calls := _calls(request, reading, behaviour):
        text = behaviour.text or ""
        if behaviour.obey:
            text, _ = _obeyed(request)
        return Reply(tokens.split(text) if text else [], "tool_calls", calls)
    pieces = _pieces(request, reading, behaviour)
    limit = request.limit()
    reason = "stop"
    if limit is not None and sum(piece.tokens for piece in pieces) > limit:
        pieces, reason = _first(pieces, limit), "length"
    if behaviour.tiny_chunks:
        pieces = [part for piece in pieces for part in _characters(piece)]
    return Reply(pieces, behaviour.finish_reason or reason)


def _pieces(request: GenerationRequest, reading: Reading, behaviour: Behaviour) -> list[Piece]:
    if behaviour.empty:
        return []
    if behaviour.tokens is not None:
        return _numbered_words(behaviour.tokens)
    text = _text(request, reading, behaviour)
    for stop in filter(None, request.stops()):
        text = text.split(stop, 1)[0]
    pieces = tokens.split(text)
    if behaviour.stamp:
        return [Piece(piece.text, 1) for piece in pieces]
    return pieces


def _text(request: GenerationRequest, reading: Reading, behaviour: Behaviour) -> str:
    if behaviour.obey and (said := _obeyed(request)[0]):
        return said
    if behaviour.text is not None:
        return behaviour.text
    if results := request.results():
        return answer_from(results, reading.question)
    return answer(reading)


def _calls(request: GenerationRequest, reading: Reading, behaviour: Behaviour) -> tuple[Call, ...]:
    if behaviour.obey:
        return tuple(_obeyed(request)[1])
    made = request.calls_made()
    if behaviour.calls is not None:
        return tuple(Call(one.name, one.written()) for one in behaviour.calls if not made)
    own_words = behaviour.empty or behaviour.text is not None or behaviour.tokens is not None
    if made or own_words or not request.offered():
        return ()
    call = wanted_call(request.offered(), reading)
    return (call,) if call else ()


def _obeyed(request: GenerationRequest) -> tuple[str, list[Call]]:
    return obeyed(request.prompt(), request.tools or [], request.calls_made())


@lru_cache(maxsize=16)
def _numbered_words(count: int) -> list[Piece]:
    return [Piece(f"word{number} ", 1) for number in range(1, count + 1)]


def _first(pieces: list[Piece], limit: int) -> list[Piece]:
    """Exactly `limit` tokens; a piece that does not fit is billed for its part but not shown."""
    kept, left = [], limit
    for piece in pieces:
        if piece.tokens > left:
            break
        kept.append(piece)
        left -= piece.tokens
    return [*kept, Piece("", left)] if left else kept


def _characters(piece: Piece) -> list[Piece]:
    """The piece a character at a time, billed with its last one."""
    *most, last = list(piece.text) or [""]
    return [*(Piece(character, 0) for character in most), Piece(last, piece.tokens)]
