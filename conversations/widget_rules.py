"""What a widget's lists may hold: its own texts, what it asks first, when it speaks up."""

import re
from typing import Any

from django.core.exceptions import ValidationError

# The widget's sentences that a tenant may word itself, and what each is for.
TEXTS = {
    "notice": "Stands under the greeting",
    "placeholder": "Stands in the empty box for a message",
    "offline": "Stands above the box for a mail address while nobody is there",
    "title_closed": "Replaces the title while nobody is there",
}
MOST_TEXT_CHARACTERS = 300
ANSWER_TYPES = ("text", "email", "tel", "choice")
MOST_ANSWERS, MOST_ANSWER_CHARACTERS = 6, 300
MOST_RULES, MOST_RULE_SECONDS = 10, 3600


def validate_texts(texts: Any) -> None:
    """Nothing happens for texts by their names; what the widget does not know is refused."""
    if not isinstance(texts, dict):
        raise ValidationError("Texts stand by their names.")
    for name, text in texts.items():
        if name not in TEXTS:
            raise ValidationError(f"“{name}” is none of the widget's texts: {', '.join(TEXTS)}.")
        if not isinstance(text, str) or len(text) > MOST_TEXT_CHARACTERS:
            raise ValidationError(f"“{name}” has at most {MOST_TEXT_CHARACTERS} characters.")


def validate_answers(fields: Any) -> None:
    """Nothing happens for a short form; refused where a field is not one the widget can show."""
    if not isinstance(fields, list) or len(fields) > MOST_ANSWERS:
        raise ValidationError(f"Ask at most {MOST_ANSWERS} things before a conversation.")
    names = [field.get("name") for field in fields if isinstance(field, dict)]
    if len(set(map(str, names))) != len(fields):
        raise ValidationError("Each question of the form has a name of its own.")
    for field in fields:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", str(field.get("name"))):
            raise ValidationError(f"“{field.get('name')}”: names are small letters, like order_no.")
        if field.get("type") not in ANSWER_TYPES:
            raise ValidationError(f"“{field['name']}” is {', '.join(ANSWER_TYPES[:-1])} or choice.")
        if not isinstance(field.get("label"), str) or not 0 < len(field["label"]) <= 100:
            raise ValidationError(f"“{field['name']}” needs a label of at most 100 characters.")
        if field["type"] == "choice" and not _choices(field.get("choices")):
            raise ValidationError(f"“{field['name']}” needs what may be chosen.")


def validate_proactive(rules: Any) -> None:
    """Nothing happens for rules of page, seconds and text; anything else is refused."""
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        raise ValidationError(f"At most {MOST_RULES} rules.")
    for rule in rules:
        if not isinstance(rule, dict) or set(rule) != {"match", "after_s", "text"}:
            raise ValidationError("A rule has a page, seconds and a text.")
        match, after, text = rule["match"], rule["after_s"], rule["text"]
        if not isinstance(match, str) or not re.fullmatch(r"[*/][^\s]{0,199}", match):
            raise ValidationError("A page begins with /, and * stands for anything: /pricing*.")
        if isinstance(after, bool) or not isinstance(after, int):
            raise ValidationError("Seconds are a whole number.")
        if not 0 <= after <= MOST_RULE_SECONDS:
            raise ValidationError(f"Speak up within {MOST_RULE_SECONDS} seconds.")
        if not isinstance(text, str) or not 0 < len(text.strip()) <= MOST_TEXT_CHARACTERS:
            raise ValidationError(f"A text has 1 to {MOST_TEXT_CHARACTERS} characters.")


def _choices(given: Any) -> bool:
    return (
        isinstance(given, list)
        and 1 < len(given) <= 20
        and all(isinstance(one, str) and 0 < len(one) <= 100 for one in given)
    )
