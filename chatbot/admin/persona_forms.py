"""The form in which the next version of a persona is written."""

from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from billing.errors import Unpriced
from billing.services.prices import price_at
from chatbot.engine.languages import LANGUAGES
from chatbot.engine.versions import WORDING
from chatbot.models import PersonaVersion
from chatbot.providers.capabilities import CALM, LIVELY
from conversations.admin.fields import LinesField

MOST_OPENERS = 4
OutOfScope = PersonaVersion.OutOfScope


class LanguagesField(LinesField):
    """Languages by their English names or their codes, one a line; kept as codes, in that order."""

    def prepare_value(self, value: Any) -> Any:
        """The names, one a line."""
        if not isinstance(value, list):
            return value
        return "\n".join(str(LANGUAGES.get(code, code)) for code in value)

    def clean(self, value: Any) -> list[str]:
        """The codes, each once; a line that names no known language is refused with its words."""
        codes = {name.casefold(): code for code, name in LANGUAGES.items()}
        found: list[str] = []
        for line in super().clean(value):
            code = codes.get(line.casefold(), line.casefold())
            if code not in LANGUAGES:
                known = ", ".join(LANGUAGES.values())
                raise forms.ValidationError(f"“{line}” is not among: {known}.")
            found.append(code)
        return list(dict.fromkeys(found))


class DraftForm(forms.ModelForm):
    """The next wording; it is said from the moment it is published."""

    openers = LinesField(
        required=False,
        help_text=f"Questions offered at the start, one a line, {MOST_OPENERS} at most.",
    )
    languages = LanguagesField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="One a line, like English. It answers in the language of the question where "
        "that stands here, else in the first. Empty: in whatever language is asked.",
    )
    publish = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="The bot speaks like this from the next message on. It cannot be changed after.",
    )

    class Meta:
        model = PersonaVersion
        fields = [*WORDING, "reason"]
        labels = {
            "temperature": "Creativity",
            "max_output_tokens": "Longest answer, in tokens",
            "out_of_scope_says": "Your sentence",
        }
        help_texts = {
            "system_prompt": "Who the bot is and how it helps, as you would tell a new colleague. "
            "That it answers from the help pages and makes nothing up is said by itself.",
            "temperature": "From 0, careful, to 2, lively; empty leaves it to the model. A model "
            f"that takes no temperature gets a verbosity instead: low below {CALM:g}, high above "
            f"{LIVELY:g}, else medium. The page Models says which takes what.",
            "greeting": "What the widget says first.",
            "reason": "Why it changes; it stays with the version.",
        }
        widgets = {"system_prompt": UnfoldAdminTextareaWidget(attrs={"rows": 8})}

    def clean_openers(self) -> list[str]:
        """As many as fit under a greeting."""
        openers = self.cleaned_data["openers"]
        if len(openers) > MOST_OPENERS:
            raise forms.ValidationError(f"{MOST_OPENERS} at most; these are {len(openers)}.")
        return openers

    def clean_temperature(self) -> float | None:
        """Within what the API takes."""
        temperature = self.cleaned_data["temperature"]
        if temperature is not None and not 0 <= temperature <= 2:
            raise forms.ValidationError("Between 0 and 2; empty leaves it to the model.")
        return temperature

    def clean_model(self) -> str:
        """One that has a price: without it no reply would be written at all."""
        model = self.cleaned_data["model"]
        try:
            if model:
                price_at(model, timezone.now(), self.instance.persona.tenant_id)
        except Unpriced as error:
            raise forms.ValidationError(
                f"{model} has no price yet. Ask the operator to set one; "
                "until then the bot could not reply."
            ) from error
        return model

    def clean(self) -> dict[str, Any]:
        """A sentence of one's own is there where it is to be said."""
        data = super().clean() or self.cleaned_data
        says = data.get("out_of_scope_says", "")
        if data.get("out_of_scope") == OutOfScope.SENTENCE and not says.strip():
            self.add_error("out_of_scope_says", "Write the sentence, or choose another way.")
        return data
