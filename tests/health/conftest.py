"""Turns in the test's own process, with a real demo model."""

from tests.demo_model.conftest import _shared_demo, demo
from tests.turns import speaking

__all__ = ["_shared_demo", "demo", "speaking"]
