"""A reply that fails says so in the language of the device that the visitor used last."""

import pytest

from chatbot.engine import ending
from chatbot.engine.wording import SORRY
from conversations.models import Event, VisitorSession
from conversations.sentences import told
from conversations.services.sessions import conversation_of, open_session
from tests.factories import claimed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("locale", ["", "en-GB", "zh-CN", "ar", "pt-BR", "xx"])
def test_a_failure_is_told_in_the_visitors_language(acme, locale):
    opened = open_session(acme, None, locale=locale, origin="")
    ending.fail(claimed(conversation_of(opened.session)), "bad_gateway", "502")
    assert Event.objects.get(kind="reply.failed").data["text"] == told(SORRY, locale)


def test_a_page_in_another_language_changes_it(acme):
    opened = open_session(acme, None, locale="de", origin="")
    open_session(acme, opened.token, locale="ja", origin="")
    open_session(acme, opened.token, locale="", origin="")
    assert VisitorSession.objects.get().locale == "ja"
    ending.fail(claimed(conversation_of(opened.session)), "bad_gateway", "502")
    assert Event.objects.get(kind="reply.failed").data["text"] == told(SORRY, "ja")
