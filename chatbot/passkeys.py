"""Second factors by code work where the library for passkeys is not installed.

allauth imports `fido2` for passkeys even where they are off, as they are
here. What it imports are names; whoever would use one is told what to do.
"""

import importlib.util
import sys
from types import ModuleType
from typing import Any

NAMES = {
    "fido2": (),
    "fido2.features": (),
    "fido2.server": ("Fido2Server",),
    "fido2.utils": ("websafe_decode",),
    "fido2.webauthn": (
        "AttestedCredentialData",
        "AuthenticationResponse",
        "AuthenticatorData",
        "PublicKeyCredentialRpEntity",
        "PublicKeyCredentialUserEntity",
        "RegistrationResponse",
        "ResidentKeyRequirement",
        "UserVerificationRequirement",
    ),
}


class NotInstalled:
    """Stands for whatever passkeys need."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise RuntimeError("Passkeys need the package fido2, which is not installed.")


def do_without() -> None:
    """`fido2` can be imported: the real one where it is installed, else names without use."""
    if "fido2" in sys.modules or importlib.util.find_spec("fido2"):
        return
    for module, names in NAMES.items():
        empty = ModuleType(module)
        for name in names:
            setattr(empty, name, NotInstalled)
        sys.modules[module] = empty
        parent, _, last = module.rpartition(".")
        if parent:
            setattr(sys.modules[parent], last, empty)
