"""After an answer that cites a document, the visitor may go on with what else was found."""

from chatbot.knowledge.ingest import store_document
from tests.factories import make_tenant
from tests.visitor import visiting

RETURNS = """# Returns

## How long do returns take?

Returns take 30 days from the day of delivery.

## Who pays for returns?

Returns within Germany are free of charge.

## How do I send returns from abroad?

Returns from abroad go to our address in Leipzig.
"""


def test_what_was_found_and_not_told_is_offered(live):
    tenant = make_tenant()
    store_document(tenant, title="Returns", url="", language="en", text=RETURNS)
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("How long do returns take?")
        done = visitor.until_type("reply.done")["data"]
        visitor.say("Do you sell camels?")
        unknown = visitor.until_type("reply.done")["data"]
    assert done["citations"]
    told = {one["excerpt"].partition("\n")[0] for one in done["citations"]}
    headings = [line[3:] for line in RETURNS.splitlines() if line.startswith("## ")]
    assert done["suggestions"]
    assert set(done["suggestions"]) <= set(headings)
    assert "How long do returns take?" not in done["suggestions"]
    assert not set(done["suggestions"]) & told
    assert "suggestions" not in unknown
