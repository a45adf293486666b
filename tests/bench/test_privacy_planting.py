"""`bench privacy` plants its values behind the conversation too, and erasing finds them there."""

import pytest

from chatbot.bench.privacy.behind import note_behind
from chatbot.bench.privacy.planting import VALUES
from chatbot.bench.privacy.scanning import places_with
from conversations.models import Visitor
from conversations.services import erasing, sessions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(acme):
    opened = sessions.open_session(acme, None, locale="en", origin="")
    talk = sessions.conversation_of(opened.session)
    note_behind(talk, factories.claimed(talk, "How long?"), VALUES)
    return Visitor.objects.get()


def test_every_value_is_planted_and_none_is_left(visitor, tmp_path):
    assert places_with(VALUES, tmp_path)["tables"] == set(VALUES)
    erasing.erase_visitor(visitor)
    assert places_with(VALUES, tmp_path)["tables"] == set()
