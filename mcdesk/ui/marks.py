"""What the marks of a number look like: VIP, sensitive, never texted, blocked.

Must not: say what follows from one.
"""

from collections.abc import Mapping

from mcdesk.domain.marks import MarkKind

MARK_ICONS: Mapping[MarkKind, str] = {
    MarkKind.VIP: "star",
    MarkKind.SENSITIVE: "shield-alert",
    MarkKind.NEVER: "message-square-x",
    MarkKind.BLOCKED: "ban",
}
