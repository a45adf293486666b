"""All models of the engine."""

from chatbot.models.guardrails import GuardPolicy, Verdict
from chatbot.models.jobs import Job, JobItem
from chatbot.models.knowledge import Document, KnowledgePolicy, Passage, PassageVector, Source, Term
from chatbot.models.personas import Persona, PersonaVersion
from chatbot.models.prompt_texts import PromptText
from chatbot.models.providers import Detour, FallbackStep, ModelProfile, ModelServer, ProviderKey
from chatbot.models.summaries import Summary
from chatbot.models.tools import Tool, ToolCall
from chatbot.models.unanswered import UnansweredQuestion
from chatbot.models.word_lists import WordList, WordListPublication, WordListVersion

__all__ = [
    "Detour",
    "Document",
    "FallbackStep",
    "GuardPolicy",
    "Job",
    "JobItem",
    "KnowledgePolicy",
    "ModelProfile",
    "ModelServer",
    "Passage",
    "PassageVector",
    "Persona",
    "PersonaVersion",
    "PromptText",
    "ProviderKey",
    "Source",
    "Summary",
    "Term",
    "Tool",
    "ToolCall",
    "UnansweredQuestion",
    "Verdict",
    "WordList",
    "WordListPublication",
    "WordListVersion",
]
