"""All models of the engine."""

from chatbot.models.guardrails import GuardPolicy, Verdict
from chatbot.models.knowledge import Document, Passage
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.providers import Detour, FallbackStep, ModelProfile, ModelServer, ProviderKey
from chatbot.models.word_lists import WordList, WordListPublication, WordListVersion

__all__ = [
    "Detour",
    "Document",
    "FallbackStep",
    "GuardPolicy",
    "ModelProfile",
    "ModelServer",
    "Passage",
    "Persona",
    "PersonaVersion",
    "ProviderKey",
    "Verdict",
    "WordList",
    "WordListPublication",
    "WordListVersion",
]
