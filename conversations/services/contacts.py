"""Keep how a visitor can be reached, and what they answered before the conversation."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from conversations.models import Visitor
from conversations.services.refusals import Refused
from conversations.widget_rules import MOST_ANSWER_CHARACTERS


def keep_mail(visitor: Visitor, email: str) -> None:
    """The visitor can be written to; refused where this is no address.

    Refused also where the site vouched for another one.
    """
    address = _address(email)
    if visitor.user_id and visitor.email and visitor.email != address:
        raise Refused("bad_value", "We have your address already.")
    visitor.email = address
    visitor.save(update_fields=["email"])


def keep_answers(
    visitor: Visitor, questions: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> None:
    """The answers to the form stand at the visitor; refused where one is missing or no answer.

    What the form does not ask is not kept.
    """
    kept: dict[str, str] = {}
    for question in questions:
        name, kind = str(question["name"]), question["type"]
        answer = given.get(name, "")
        if not isinstance(answer, str) or len(answer) > MOST_ANSWER_CHARACTERS:
            raise Refused("bad_value", "This answer is too long.")
        answer = answer.replace("\0", "").encode("utf-8", "replace").decode().strip()
        if not answer and question.get("required"):
            raise Refused("bad_value", "Please fill in “{label}”.", label=str(question["label"]))
        if answer and kind == "email":
            answer = _address(answer)
        if answer and kind == "choice" and answer not in question.get("choices", []):
            raise Refused("bad_value", "Please choose one of the answers.")
        if answer:
            kept[name] = answer
    visitor.answers = visitor.answers | kept
    emails = [
        kept[one["name"]] for one in questions if one["type"] == "email" and one["name"] in kept
    ]
    if emails and not visitor.email:
        visitor.email = emails[0]
    if kept.get("name") and not visitor.name:
        visitor.name = kept["name"][:200]
    visitor.save(update_fields=["answers", "email", "name"])


def _address(written: str) -> str:
    address = written.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("bad_value", "This is no mail address.") from None
    if len(address) > 254:
        raise Refused("bad_value", "This is no mail address.")
    return address
