"""What a visitor does beside talking, each asked for with the secret of their browser."""

import uuid
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse

from chatbot.live import protocol
from chatbot.live.visitor import answer_to
from chatbot.views.replies import OFF, BadBody, body_of, for_visitors, text_in
from conversations.models import VisitorSession
from conversations.selectors.visits import file_of, transcript_of
from conversations.selectors.widget import widget_of
from conversations.services import contacts, feedback, files
from conversations.services.identity import end_session
from conversations.services.refusals import Refused
from conversations.services.sessions import conversation_of

DONE: dict[str, Any] = {}
# What a form needs beside the file in it.
FORM_BYTES = 64 * 1024


@for_visitors("POST")
def logout(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """The browser's secret opens nothing any more; the next session is of a new visitor."""
    end_session(session)
    return JsonResponse(DONE)


@for_visitors("POST")
def thumb(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """A reply has the visitor's thumb, or with 0 none."""
    body = body_of(request)
    talk, message, value = conversation_of(session), _uuid(body.get("message")), body.get("value")
    if value == 0 and not isinstance(value, bool):
        feedback.take_thumb_back(talk, message)
        return JsonResponse(DONE)
    if not isinstance(value, int):
        raise BadBody("value is 1, -1, or 0 to take the thumb back.")
    reason, comment = text_in(body, "reason"), text_in(body, "comment")
    feedback.give_thumb(talk, message, value, reason=reason, comment=comment)
    return JsonResponse(DONE)


@for_visitors("POST")
def score(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """The conversation has the visitor's score, where the tenant asks for one."""
    if not widget_of(session.tenant).asks_score:
        raise Refused("off", OFF)
    body = body_of(request)
    if not isinstance(body.get("score"), int):
        raise BadBody("score is a number from 1 to 5.")
    feedback.rate(conversation_of(session), body["score"], text_in(body, "comment"))
    return JsonResponse(DONE)


@for_visitors("POST")
def mail(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """The visitor can be written to, where the tenant asks for an address."""
    if not widget_of(session.tenant).mail_capture:
        raise Refused("off", OFF)
    contacts.keep_mail(session.visitor, text_in(body_of(request), "email"))
    return JsonResponse(DONE)


@for_visitors("POST")
def prechat(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """What the visitor answered before the conversation is kept, where the tenant asks."""
    questions = widget_of(session.tenant).prechat
    if not questions:
        raise Refused("off", OFF)
    given = body_of(request).get("fields")
    if not isinstance(given, dict):
        raise BadBody("fields are answers by the names of the form.")
    contacts.keep_answers(session.visitor, questions, given)
    return JsonResponse(DONE)


@for_visitors("GET")
def transcript(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """What was said, as Markdown to keep."""
    text = transcript_of(conversation_of(session), session.locale)
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="conversation.md"'
    return response


@for_visitors("POST")
def upload(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """The file is in the conversation, where the tenant takes files."""
    if not widget_of(session.tenant).takes_files:
        raise Refused("off", OFF)
    if int(request.META.get("CONTENT_LENGTH") or 0) > files.most_bytes() + FORM_BYTES:
        raise files.too_large()
    given = request.FILES.get("file")
    if given is None:
        raise BadBody("Send a form with file and client_id.")
    sent = files.receive_file(
        conversation_of(session),
        client_id=_uuid(request.POST.get("client_id")),
        name=given.name or "",
        # one byte more than is taken says that it is too large; no more is read
        content=given.read(files.most_bytes() + 1),
    )
    return JsonResponse(
        {"id": str(sent.public_id), "name": sent.name, "type": sent.type, "size": sent.size}
    )


@for_visitors("GET")
def file(request: HttpRequest, session: VisitorSession, file: uuid.UUID) -> HttpResponse:
    """A file that this visitor sent; to anyone else it is not there."""
    found = file_of(session.visitor_id, file)
    if found is None:
        raise Refused("no_such_file", "There is no such file in this conversation.")
    return file_response(found.name, found.type, bytes(found.content))


@for_visitors("POST")
def send(request: HttpRequest, session: VisitorSession) -> HttpResponse:
    """The frame is carried out as a socket would, and answered with what a socket answers."""
    try:
        frame = protocol.parse(request.body[: protocol.MAX_FRAME_BYTES].decode("utf-8", "replace"))
    except protocol.BadFrame as error:
        return HttpResponse(protocol.error("bad_frame", str(error)), "application/json", 400)
    said = answer_to(conversation_of(session), frame, session.locale)
    return HttpResponse(said or "{}", content_type="application/json")


def file_response(name: str, kind: str, content: bytes) -> HttpResponse:
    """The bytes as what they are and nothing else: pictures to look at, the rest to save."""
    response = HttpResponse(content, content_type=kind)
    shown = "inline" if kind.startswith("image/") else "attachment"
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _uuid(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise BadBody("An id is a UUID.") from None
