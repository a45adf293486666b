"""The form of a new trial: whom to try, and with what."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from chatbot.admin.candidates import CandidateForm, VersionField
from chatbot.models import Trial
from chatbot.sandbox.recorded import MOST_CONVERSATIONS, Which, Wish, drawn


class TrialForm(CandidateForm):
    """Whom to try, and with what."""

    version = VersionField(
        required=False,
        label="Persona version",
        help_text="A draft or any published one. Empty: what speaks now.",
    )
    which = forms.ChoiceField(
        required=False,
        label="Conversations",
        choices=Which.choices,
        widget=UnfoldAdminSelectWidget(),
    )
    holds = forms.CharField(
        required=False,
        max_length=100,
        label="Questions that hold",
        widget=UnfoldAdminTextInputWidget(),
        help_text="A word or phrase; empty: any.",
    )
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=366,
        initial=30,
        label="Of the last days",
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    count = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_CONVERSATIONS,
        initial=20,
        label="How many, by chance",
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31,
        initial=1,
        label="Seed",
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="The same number draws the same conversations again.",
    )

    class Meta:
        model = Trial
        fields = [
            "tenant", "kind", "version", "model", "knowledge_title", "knowledge_text", "set",
        ]  # fmt: skip
        labels = {
            "kind": "Try it with",
            "knowledge_title": "Draft knowledge: title",
            "knowledge_text": "Draft knowledge",
            "set": "Evaluation set",
        }
        help_texts = {
            "knowledge_title": "The title of a document that it would replace, or a new one.",
            "knowledge_text": "Markdown. Only this candidate knows it; nothing is stored in the "
            "library.",
        }
        widgets = {"knowledge_text": UnfoldAdminTextareaWidget(attrs={"rows": 6})}

    def clean(self) -> dict[str, Any]:
        """What is to be asked exists, and has a price."""
        data = super().clean() or {}
        self.check_candidate(data)
        tenant, kind = data.get("tenant"), data.get("kind")
        if (
            tenant
            and kind == Trial.Kind.REPLAY
            and not self.errors
            and not drawn(tenant, self.wish)
        ):
            self.add_error("which", "No conversation is like that; choose more days, or all.")
        if kind == Trial.Kind.EVALUATION:
            chosen = data.get("set")
            if chosen is None:
                self.add_error("set", "Choose a set; they are made under Evaluation sets.")
            elif tenant and chosen.tenant_id != tenant.pk:
                self.add_error("set", f"This is not a set of {tenant}.")
            elif not chosen.cases.exists():
                self.add_error("set", "It has no case yet; add one first.")
        return data

    @property
    def wish(self) -> Wish:
        """Which conversations are to be replayed; what was left empty is as usual."""
        names = ("which", "days", "count", "seed", "holds")
        given = {name: self.cleaned_data.get(name) for name in names}
        return Wish(**{name: value for name, value in given.items() if value not in (None, "")})
