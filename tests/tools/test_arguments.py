"""What a schema does not want is refused, whatever a model writes."""

import pytest

from chatbot.models import Tool
from chatbot.tools.arguments import BadArguments, read_arguments, restored
from chatbot.tools.schemas import NoSchema, check_schema
from tests.tools.shop import SCHEMA

TOOL = Tool(parameters=SCHEMA)


def test_what_the_schema_wants_is_read():
    assert read_arguments(TOOL, '{"order": "A-1001"}') == {"order": "A-1001"}
    assert read_arguments(Tool(parameters={"type": "object"}), "") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "'order' is a required property"),
        ("", "'order' is a required property"),
        ('{"order": "1 or 1=1"}', "does not match"),
        ('{"order": ["A-1001"]}', "is not of type 'string'"),
        ('{"order": "A-1001", "customer": "bob"}', "Additional properties"),
        ("{not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"order": "%s"}' % ("A" * 600), "500 characters"),
        ("[" * 5000, "4000 characters"),
    ],
)
def test_anything_else_is_refused_with_a_reason(text, said):
    with pytest.raises(BadArguments, match=said):
        read_arguments(TOOL, text)


def test_placeholders_become_the_visitors_own_words_at_any_depth():
    originals = {"[EMAIL_1]": "ada@example.org"}
    value = {"to": ["[EMAIL_1]"], "n": 3, "text": "mail [EMAIL_1]!"}
    assert restored(value, originals) == {
        "to": ["ada@example.org"],
        "n": 3,
        "text": "mail ada@example.org!",
    }


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ([], "Begin with"),
        ({"type": "string"}, "Begin with"),
        ({"type": "object", "properties": {"a b": {}}}, "is no name"),
        ({"type": "object", "required": ["x"]}, "not among the properties"),
        ({"type": "object", "properties": {"a": {"type": "wish"}}}, "wish"),
        (
            {"type": "object", "properties": {"a": {"$ref": "https://evil.example/x"}}},
            "not followed",
        ),
        ({"type": "object", "properties": {"a": {"pattern": "("}}}, "regex"),
        ({"type": "object", "properties": {"a": {"pattern": "^(a+)+$"}}}, "very long"),
        ({"type": "object", "properties": {"a": {"pattern": "a*a*a*a*b"}}}, "very long"),
        ({"type": "object", "properties": {"a": {"description": "x" * 7000}}}, "at most"),
    ],
)
def test_a_schema_that_could_not_guard_is_refused(schema, said):
    with pytest.raises(NoSchema, match=said):
        check_schema(schema)


def test_a_property_may_be_called_like_a_keyword():
    check_schema({"type": "object", "properties": {"pattern": {"type": "string"}}})
    check_schema(SCHEMA)
