"""Everything public says what it promises."""

import ast

import pytest

from tests.house.source import modules

DJANGOS = {"Meta", "Media"}  # inner classes whose meaning is Django's
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public_definitions(tree):
    """Public classes and functions of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, Documented) and not (node.name[0] == "_" or node.name in DJANGOS):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node)


@pytest.mark.parametrize("name", sorted(modules()))
def test_what_is_public_has_a_docstring(name):
    tree = modules()[name]
    silent = [] if not tree.body or ast.get_docstring(tree) else [name]
    silent += [node.name for node in public_definitions(tree) if not ast.get_docstring(node)]
    assert silent == []
