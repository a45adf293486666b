"""All models of the engine."""

from chatbot.models.guardrails import GuardPolicy, Verdict
from chatbot.models.identity import IdentitySecret, UsedToken
from chatbot.models.jobs import Job, JobItem
from chatbot.models.knowledge import Document, KnowledgePolicy, Passage, PassageVector, Source, Term
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.providers import Detour, FallbackStep, ModelProfile, ModelServer, ProviderKey
from chatbot.models.unanswered import UnansweredQuestion
from chatbot.models.word_lists import WordList, WordListPublication, WordListVersion

__all__ = [
    "Detour",
    "Document",
    "FallbackStep",
    "GuardPolicy",
    "IdentitySecret",
    "Job",
    "JobItem",
    "KnowledgePolicy",
    "ModelProfile",
    "ModelServer",
    "Passage",
    "PassageVector",
    "Persona",
    "PersonaVersion",
    "ProviderKey",
    "Source",
    "Term",
    "UnansweredQuestion",
    "UsedToken",
    "Verdict",
    "WordList",
    "WordListPublication",
    "WordListVersion",
]
