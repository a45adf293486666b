"""All models of the ground floor."""

from conversations.models.conversations import Conversation
from conversations.models.events import Event
from conversations.models.feedback import Rating, Thumb
from conversations.models.files import SentFile
from conversations.models.generations import Generation
from conversations.models.hours import BusinessHours
from conversations.models.messages import Message
from conversations.models.outcomes import Outcome
from conversations.models.tenants import Membership, Tenant, TenantOwned
from conversations.models.visitors import Visitor, VisitorSession
from conversations.models.widget import WidgetSettings

__all__ = [
    "BusinessHours",
    "Conversation",
    "Event",
    "Generation",
    "Membership",
    "Message",
    "Outcome",
    "Rating",
    "SentFile",
    "Tenant",
    "TenantOwned",
    "Thumb",
    "Visitor",
    "VisitorSession",
    "WidgetSettings",
]
