"""The demo model, as the tests of it run it."""

from tests.demo_model.conftest import _shared_demo, attempt, demo

__all__ = ["_shared_demo", "attempt", "demo"]
