"""What the API takes and gives; the OpenAPI document is made from these."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field


def without_nul(text: str) -> str:
    """PostgreSQL stores every character but this one."""
    return text.replace("\0", "")


Text = Annotated[str, AfterValidator(without_nul)]
# The largest number that a row can have.
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
State = Literal["bot", "waiting", "staff", "closed"]


class Given(Schema):
    """What a program sends; a field that there is not is refused, so that no typo is lost."""

    model_config = ConfigDict(extra="forbid")


class FieldError(Schema):
    """What is wrong with one part of a request."""

    where: str
    what: str


class ProblemDocument(Schema):
    """Why a request was not carried out (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="For programs; it stays as it is.")
    detail: str = Field(description="For people: what to do.")
    errors: list[FieldError]


class ConversationShape(Schema):
    """The whole exchange with one visitor."""

    id: UUID
    state: State = Field(description="Who answers now.")
    last_seq: int = Field(description="The number of its newest event.")
    visitor_id: UUID
    visitor_name: str
    created_at: datetime.datetime
    updated_at: datetime.datetime


class ConversationPage(Schema):
    """Conversations, the one that changed last first."""

    items: list[ConversationShape]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class NewConversation(Given):
    """A conversation with a new visitor."""

    visitor_name: Annotated[Text, Field(max_length=200)] = ""
    locale: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")] = "en"


class MessageShape(Schema):
    """Something that was said."""

    id: UUID
    seq: int
    role: Literal["visitor", "assistant", "staff", "system"]
    author: str | None = Field(description="The name of the person of staff.")
    text: str
    replaced: bool = Field(description="Another reply was written instead.")
    created_at: datetime.datetime


class MessagePage(Schema):
    """Messages of a conversation, oldest first."""

    items: list[MessageShape]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class NewMessage(Given):
    """Something to say, as the visitor or as the person whose token it is."""

    role: Literal["visitor", "staff"] = "visitor"
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class Posted(Schema):
    """What was said, and the reply that is written to it."""

    message: MessageShape
    reply: UUID | None = Field(description="Null where no bot answers.")


class DocumentShape(Schema):
    """A document that the bot may cite, without its text."""

    id: int
    title: str
    url: str
    language: str
    kind: Literal["article", "answers"]
    updated_at: datetime.datetime


class DocumentWithText(DocumentShape):
    """A document with its text."""

    text: str = Field(description="Markdown.")


class DocumentPage(Schema):
    """Documents in the order of their ids."""

    items: list[DocumentShape]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class NewDocument(Given):
    """A document; one with the same title is replaced."""

    title: Annotated[Text, Field(min_length=1, max_length=300, pattern=r"[^\s\x00]")]
    text: Annotated[Text, Field(max_length=1_000_000, description="Markdown.")]
    url: Annotated[
        str, Field(max_length=500, pattern=r"^(https?://[!-~]+)?$", description="Where it stands.")
    ] = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,7})?$")] = "en"
    kind: Literal["article", "answers"] = "article"


class SourceShape(Schema):
    """A page or a sitemap whose text is fetched."""

    id: int
    kind: Literal["page", "sitemap"]
    url: str
    language: str
    every_hours: int = Field(description="Hours between two looks; 0: only when asked.")


class SourceList(Schema):
    """All sources of the tenant."""

    items: list[SourceShape]


class JobShape(Schema):
    """Something that the library was asked for, and how far it is."""

    id: int
    what: str
    asked_at: datetime.datetime
    ended_at: datetime.datetime | None
    all: int
    waiting: int
    done: int
    unchanged: int
    failed: int


class SpendLineShape(Schema):
    """What was spent in one group; a key that was not asked for is null."""

    day: datetime.date | None
    model: str | None
    purpose: str | None
    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    errors: int
    amount: str = Field(description="US dollars, unrounded.")


class SpendShape(Schema):
    """Spending of a period, in the days of the tenant's time zone."""

    first: datetime.date
    last: datetime.date
    time_zone: str
    amount: str = Field(description="US dollars, unrounded: the sum of the lines.")
    lines: list[SpendLineShape]


class TenantShape(Schema):
    """A business that runs a bot here."""

    slug: str
    name: str
    public_key: str
    allowed_origins: list[str]
    time_zone: str
    created_at: datetime.datetime


class TenantPage(Schema):
    """Tenants in the order in which they came."""

    items: list[TenantShape]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class NewTenant(Given):
    """A tenant with an owner, a first persona and a spend limit."""

    name: Annotated[Text, Field(min_length=1, max_length=80, pattern=r"[^\s\x00]")]
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$")]
    owner: Annotated[
        str, Field(max_length=150, pattern=r"^[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$")
    ] = Field(description="The owner's mail address, in small letters.")
    allowed_origins: list[
        Annotated[str, Field(max_length=300, pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
    ] = []
    time_zone: Annotated[str, Field(max_length=64)] = "UTC"
    month_limit: Annotated[str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,6})?$")] | None = Field(
        default="50", description="US dollars a month at most; null: no limit."
    )
