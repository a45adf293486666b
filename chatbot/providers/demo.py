"""How the built-in demo model is told from a real one."""

DEMO_PREFIX = "demo-"


def is_demo(model: str) -> bool:
    """Whether this model's words must be labelled as a demonstration."""
    return model.startswith(DEMO_PREFIX)
