"""One request on its way in: what came of it so far, and who takes it.

Must not: read or answer it.
"""

from dataclasses import dataclass, field

from mcdesk.inbound.heads import Head
from mcdesk.inbound.limits import Limits
from mcdesk.inbound.routes import Accepting


@dataclass(slots=True)
class Request:
    """`accepting` takes it; None: it is answered already and the rest of it is thrown away."""

    head: Head
    accepting: Accepting | None
    body: bytearray = field(default_factory=bytearray)
    #: Bytes that came of its body, with all that is around chunks; of a refused one, those since then.
    came: int = 0

    def is_too_large(self, limits: Limits, *, part: int) -> bool:
        """With so many bytes more. What is around chunks may be as much as a head."""
        return len(self.body) + part > limits.body or self.came > limits.body + limits.headers
