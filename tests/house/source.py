"""The product's own source, as the house tests read it."""

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("chatbot", "billing", "conversations")


@functools.cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours by its dotted name; migrations are Django's own writing."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" in parts:
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(), str(path))
    return found


def is_package(name: str) -> bool:
    """Whether this module is a folder's `__init__`."""
    return (ROOT / Path(*name.split(".")) / "__init__.py").exists()


@functools.cache
def imports() -> dict[str, set[str]]:
    """For every module of ours, the modules of ours it imports, inside functions too."""
    return {
        name: {one for node in ast.walk(tree) for one in _ours(node)} - {name}
        for name, tree in modules().items()
    }


def outside_imports(name: str) -> set[str]:
    """The top names of all that this module imports."""
    tops = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            tops |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            tops.add(node.module.split(".")[0])
    return tops


def _ours(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in modules()}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        inside = {f"{node.module}.{alias.name}" for alias in node.names}
        deeper = {name for name in inside if name in modules()}
        return deeper or ({node.module} if node.module in modules() else set())
    return set()
