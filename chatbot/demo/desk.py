"""How the demo shop's people share their work, and what they write often."""

import datetime

from conversations.models import (
    CannedReply,
    Conversation,
    DeskSettings,
    Event,
    Label,
    Labelled,
    Message,
    Note,
    Tenant,
    Wait,
)

FIRST_ANSWER_MINUTES = 15
CANNED = {
    "hello": "Hello {visitor}, I am {me} of {tenant}. I have read what you wrote and look into it.",
    "photo": "Could you send a photo of the damage and of the label inside? Then I can say more.",
    "returned": "Your parcel is back with us. The money is on its way and takes up to five days.",
}
# by a word of what the visitor wrote
LABELS = {"Returns": "return", "Delivery": "deliver", "Repairs": "repair"}
NOTE = "Was friendly about it. Worth a line on the help page."


def set_up_desk(tenant: Tenant) -> None:
    """The shop has a target, canned replies and labels; who waits in its talks has a clock."""
    DeskSettings.objects.create(tenant=tenant, first_answer_minutes=FIRST_ANSWER_MINUTES)
    CannedReply.objects.bulk_create(
        CannedReply(tenant=tenant, name=name, text=text) for name, text in CANNED.items()
    )
    for name, word in LABELS.items():
        label = Label.objects.create(tenant=tenant, name=name)
        said = Message.objects.filter(
            tenant=tenant, role=Message.Role.VISITOR, text__icontains=word
        )
        talks = said.order_by().values_list("conversation", flat=True).distinct()
        Labelled.objects.bulk_create(
            Labelled(tenant=tenant, conversation_id=pk, label=label) for pk in sorted(talks)
        )
    waiting = Conversation.objects.filter(tenant=tenant, state=Conversation.State.WAITING)
    for talk in waiting:
        asked = talk.events.filter(kind=Event.Kind.PERSON_ASKED).order_by("-seq").first()
        since = asked.created_at if asked else talk.updated_at
        due = since + datetime.timedelta(minutes=FIRST_ANSWER_MINUTES)
        # of yesterday's nobody need be told by mail
        Wait.objects.create(
            tenant=tenant, conversation=talk, since=since, due_at=due, told_late=True
        )
    said_by_staff = Message.objects.filter(tenant=tenant, role=Message.Role.STAFF)
    answered = said_by_staff.select_related("author").order_by("-pk").first()
    if answered:
        Note.objects.create(
            tenant=tenant,
            conversation_id=answered.conversation_id,
            author=answered.author,
            text=NOTE,
            at=answered.created_at,
        )
