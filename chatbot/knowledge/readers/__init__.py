"""Files and pages as Markdown: what they are is told by their content, never by their name."""

from chatbot.knowledge.readers.base import Reading, Unreadable
from chatbot.knowledge.readers.choosing import read

__all__ = ["Reading", "Unreadable", "read"]
