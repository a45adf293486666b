"""Imports go one way, and never in a circle."""

import graphlib

import pytest

from tests.house.source import imports, modules, outside_imports

# A module may import from its own app and from those to the right of it.
APPS = ["chatbot", "billing", "conversations"]

# The rooms of chatbot, from the top: each may import from itself and from below.
ROOMS = [
    {"asgi", "urls"},
    {"routing", "views", "admin", "management", "bench", "operations", "sign_in"},
    {"demo"},
    {"handbook"},
    {"api"},
    {"live"},
    {"intake", "identity", "flood"},
    {"sweeper", "workers"},
    {"tasks"},
    {"sandbox"},
    {"health"},
    {"engine"},
    {"rollout", "founding", "hooks"},
    {"tools"},
    {"inbox"},
    {"guardrails"},
    {"knowledge"},
    {"providers"},
    {"models"},
    {
        "passkeys",
        "boot",
        "broker",
        "demo_model",
        "settings",
        "env",
        "navigation",
        "celery",
        "apps",
        "garbage",
        "waits",
        "logs",
        "headers",
        "proxies",
        "puzzle",
        "quiet",
    },
]
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}

ALL = [(name, used) for name, uses in imports().items() for used in sorted(uses)]


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def test_every_room_of_the_engine_has_its_place():
    rooms = {room(name) for name in modules() if name.startswith("chatbot.")}
    assert rooms - {""} <= set(RANK)


@pytest.mark.parametrize(("name", "used"), ALL)
def test_an_app_imports_only_itself_and_what_lies_below(name, used):
    assert APPS.index(used.split(".")[0]) >= APPS.index(name.split(".")[0])


@pytest.mark.parametrize(
    ("name", "used"),
    [pair for pair in ALL if all(one.startswith("chatbot.") for one in pair)],
)
def test_a_room_imports_only_itself_and_what_lies_below(name, used):
    above, below = room(name), room(used)
    starts = {("celery", "engine"), ("celery", "sweeper"), ("celery", "health")}
    if (above, below) in starts | {("apps", "celery"), ("apps", "hooks")}:
        return  # Celery's entry starts the engine and the sweeper, Django's entry loads Celery's
    assert RANK[below] > RANK[above] or above == below or {above, below} <= ROOMS[1] | ROOMS[-1]


STARTS = {
    ("chatbot.celery", "chatbot.engine.streaming"),
    ("chatbot.celery", "chatbot.sweeper"),
    ("chatbot.celery", "chatbot.health.heartbeat"),
    ("chatbot.celery", "chatbot.health.tracing"),
}


def test_there_is_no_import_circle():
    graph = {
        name: {used for used in uses if (name, used) not in STARTS}
        for name, uses in imports().items()
    }
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError with the circle


@pytest.mark.parametrize("name", [name for name in modules() if ".providers." not in name])
def test_only_providers_know_openai(name):
    assert "openai" not in outside_imports(name)


def test_the_guard_sees_an_import_that_points_up():
    assert ("chatbot.engine.opening", "billing.services.attempts") in ALL
