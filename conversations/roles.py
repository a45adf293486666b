"""Who may do what: the one table that every doorkeeper asks.

Nothing else in the product decides by the name of a role. The page “Who may
do what” is this table, drawn.
"""

from django.db import models

from conversations.models import Membership

Role = Membership.Role


class Act(models.TextChoices):
    """Something that a person may do at a tenant, or not."""

    READ = "read", "Read conversations, visitors and help pages"
    ANSWER = "answer", "Answer visitors, stop a reply, hand back to the bot"
    REVIEW = "review", "Judge what the bot said"
    REDACT = "redact", "Take words out of a conversation for good"
    EXPORT = "export", "Take conversations away in a file"
    CONFIGURE = "configure", "Change the bot: personas, help pages, guardrails, models"
    SPEND = "spend", "See spending and set its limits"
    AUDIT = "audit", "Read who did what"
    ERASE = "erase", "Hand out and erase all that is kept of a visitor"
    OWN = "own", "Decide who belongs, which sites show the chat, how long talks are kept"


# What each role may do besides what the roles before it may.
ADDS: dict[Role, set[Act]] = {
    Role.VIEWER: {Act.READ},
    Role.AGENT: {Act.ANSWER},
    Role.REVIEWER: {Act.REVIEW, Act.REDACT, Act.EXPORT},
    Role.MANAGER: {Act.CONFIGURE, Act.SPEND, Act.AUDIT, Act.ERASE},
    Role.OWNER: {Act.OWN},
}
RANKS = list(ADDS)


def acts_of(role: str) -> set[Act]:
    """All that this role may do; nothing for a name that is no role."""
    if role not in RANKS:
        return set()
    upto = RANKS[: RANKS.index(Role(role)) + 1]
    return set().union(*(ADDS[one] for one in upto))


def who_may(asked: Act | Role) -> list[Role]:
    """The roles that may do this; asked with a role, that one and those above it."""
    if isinstance(asked, Role):
        return RANKS[RANKS.index(asked) :]
    return [role for role in RANKS if asked in acts_of(role)]
