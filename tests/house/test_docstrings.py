"""Everything public says what it promises."""

import ast

import pytest

from tests.house.source import modules

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public_definitions(tree):
    """Public classes and functions of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (one for one in public_definitions(node) if one.name != "Meta")


@pytest.mark.parametrize("name", sorted(modules()))
def test_what_is_public_has_a_docstring(name):
    tree = modules()[name]
    silent = [] if not tree.body or ast.get_docstring(tree) else [name]
    silent += [node.name for node in public_definitions(tree) if not ast.get_docstring(node)]
    assert [one for one in silent if one != "Meta"] == []
