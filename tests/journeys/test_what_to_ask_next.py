"""After an answer that cites a document, the visitor may go on with what else was found."""

from chatbot.knowledge.ingest import store_document
from tests.factories import make_tenant
from tests.visitor import visiting

PAGES = {
    "How long returns take": "Returns take 30 days from the day of delivery.",
    "Who pays for returns": "Returns within Germany are free of charge.",
    "Returns from abroad": "Returns from abroad go to our address in Leipzig.",
}


def test_what_was_found_and_not_told_is_offered(live):
    tenant = make_tenant()
    for title, text in PAGES.items():
        store_document(tenant, title=title, url="", language="en", text=text)
    said = [{"match": "returns", "text": "30 days [1]."}, {"match": "*", "text": "I do not know."}]
    live.behave(said)
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("How long do returns take?")
        done = visitor.until_type("reply.done")["data"]
        visitor.say("Do you sell camels?")
        unknown = visitor.until_type("reply.done")["data"]
    assert [one["title"] for one in done["citations"]] == ["How long returns take"]
    assert set(done["suggestions"]) == {"Who pays for returns", "Returns from abroad"}
    assert "suggestions" not in unknown
