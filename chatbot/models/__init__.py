"""All models of the engine."""

from chatbot.models.jobs import Job, JobItem
from chatbot.models.knowledge import (
    Document,
    KnowledgePolicy,
    Passage,
    PassageVector,
    Source,
    Term,
)
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.unanswered import UnansweredQuestion

__all__ = [
    "Document",
    "Job",
    "JobItem",
    "KnowledgePolicy",
    "Passage",
    "PassageVector",
    "Persona",
    "PersonaVersion",
    "Source",
    "Term",
    "UnansweredQuestion",
]
