"""All models of the engine."""

from chatbot.models.guardrails import GuardPolicy, Verdict
from chatbot.models.knowledge import Document, Passage
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.word_lists import WordList, WordListPublication, WordListVersion

__all__ = [
    "Document",
    "GuardPolicy",
    "Passage",
    "Persona",
    "PersonaVersion",
    "Verdict",
    "WordList",
    "WordListPublication",
    "WordListVersion",
]
