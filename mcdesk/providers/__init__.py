"""One file or folder per company: a mapping table plus a few verbs. Found by looking in this folder.

Must not: know each other, the store or the engine.
"""

import importlib
import pkgutil

from mcdesk.ports.provider import Provider


def discover() -> dict[str, type[Provider]]:
    """Every provider class by its name: each module here says ``PROVIDER = TheClass``. Imports them all."""
    found: dict[str, type[Provider]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        provider = getattr(importlib.import_module(module.name), "PROVIDER", None)
        if isinstance(provider, type) and issubclass(provider, Provider):
            found[provider.name] = provider
    return dict(sorted(found.items()))
