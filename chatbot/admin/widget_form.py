"""The form of a widget's settings: lists are written a line each, as people write them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from chatbot.views.widget_config import avatar_mark
from conversations.admin.fields import LinesField
from conversations.models import WidgetSettings
from conversations.services.files import type_of
from conversations.widget_rules import (
    MOST_TEXT_CHARACTERS,
    TEXTS,
    validate_answers,
    validate_proactive,
)

COLUMNS = [
    *("tenant", "title", "greeting", "colour", "position", "privacy_url"),
    *("asks_score", "suggests", "takes_files", "mail_capture"),
]
MOST_AVATAR_BYTES = 100 * 1024
ASKS = "One a line: name | text, email, tel or choice | label | required | choices with commas."
SPEAKS = "One a line: page | seconds | text, like: /pricing* | 20 | Questions about our prices?"


class WidgetForm(forms.ModelForm):
    """How a widget looks and what it offers."""

    picture = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        label="Picture",
        help_text="Of the bot, square; PNG, JPEG, GIF or WebP of at most 100 KB.",
    )
    no_picture = forms.BooleanField(
        required=False, label="Take the picture away", widget=UnfoldBooleanSwitchWidget()
    )
    asked = LinesField(required=False, label="Asked before a conversation", help_text=ASKS)
    spoken = LinesField(required=False, label="Said unasked", help_text=SPEAKS)

    class Meta:
        model = WidgetSettings
        fields = COLUMNS
        widgets = {
            "colour": forms.TextInput(attrs={"type": "color", "class": "widget-colour"}),
            "greeting": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }
        labels = {
            "asks_score": "Ask how content the visitor is",
            "suggests": "Suggest what to ask next",
            "takes_files": "Take pictures and PDF from visitors",
            "mail_capture": "Offer to leave a mail address while nobody is there",
            "privacy_url": "Privacy policy",
        }
        help_texts = {
            "mail_capture": "What your people say is then mailed to whoever has gone. "
            "Needs the deployment's mail server (EMAIL_HOST).",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, what in TEXTS.items():
            self.fields[field_of(name)] = forms.CharField(
                required=False,
                max_length=MOST_TEXT_CHARACTERS,
                label=what,
                widget=UnfoldAdminTextInputWidget(),
                initial=(self.instance.texts or {}).get(name, ""),
            )
        self.fields["asked"].initial = [_asked(one) for one in self.instance.prechat or []]
        self.fields["spoken"].initial = [_spoken(one) for one in self.instance.proactive or []]

    def clean_picture(self) -> Any:
        """A small picture, by its content."""
        given = self.cleaned_data["picture"]
        if not given:
            return None
        if given.size > MOST_AVATAR_BYTES:
            raise ValidationError("The picture is larger than 100 KB; make it smaller.")
        content = given.read()
        kind = type_of(content)
        if kind is None or not kind.startswith("image/"):
            raise ValidationError("This is no PNG, JPEG, GIF or WebP.")
        return kind, content

    def clean_asked(self) -> list[dict[str, Any]]:
        """The short form, as the widget shows it."""
        questions = []
        for line in self.cleaned_data["asked"]:
            name, kind, label, required, choices = _parts(line, 5)
            question: dict[str, Any] = {"name": name, "type": kind or "text", "label": label}
            if required.lower() not in ("", "required", "optional"):
                raise ValidationError(f"“{required}”: write required, or nothing.")
            question["required"] = required.lower() == "required"
            if choices:
                question["choices"] = [one.strip() for one in choices.split(",") if one.strip()]
            questions.append(question)
        validate_answers(questions)
        return questions

    def clean_spoken(self) -> list[dict[str, Any]]:
        """The rules, as the widget keeps them."""
        rules = []
        for line in self.cleaned_data["spoken"]:
            page, seconds, text = _parts(line, 3)
            if not (seconds.isascii() and seconds.isdigit()):
                raise ValidationError(f"“{line}”: the second part is a number of seconds.")
            rules.append({"match": page, "after_s": int(seconds), "text": text})
        validate_proactive(rules)
        return rules

    def clean(self) -> dict[str, Any]:
        """What is no column of its own is put where it belongs."""
        cleaned = super().clean() or {}
        look = self.instance
        written = {name: (cleaned.get(field_of(name)) or "").strip() for name in TEXTS}
        look.texts = {name: text for name, text in written.items() if text}
        look.prechat = cleaned.get("asked", [])
        look.proactive = cleaned.get("spoken", [])
        if cleaned.get("no_picture"):
            look.avatar, look.avatar_type = None, ""
        if picture := cleaned.get("picture"):
            kind, look.avatar = picture
            look.avatar_type = avatar_mark(kind, look.avatar)
        return cleaned


def field_of(text: str) -> str:
    """The form's name for a text of the widget."""
    return f"text_{text.replace('.', '_').lower()}"


def _parts(line: str, most: int) -> list[str]:
    parts = [part.strip() for part in line.split("|", most - 1)]
    return parts + [""] * (most - len(parts))


def _asked(question: dict[str, Any]) -> str:
    required = "required" if question.get("required") else ""
    parts = [question["name"], question["type"], question["label"], required]
    if question.get("choices"):
        parts.append(", ".join(question["choices"]))
    return " | ".join(parts).rstrip(" |")


def _spoken(rule: dict[str, Any]) -> str:
    return f"{rule['match']} | {rule['after_s']} | {rule['text']}"
