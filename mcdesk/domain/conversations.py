"""How a text's delivery moves forward.

Must not: know provider codes.
"""

from mcdesk.domain.events import DeliveryStatus

_RANK = {
    DeliveryStatus.ACCEPTED: 0,
    DeliveryStatus.SENT: 1,
    DeliveryStatus.FAILED: 2,
    DeliveryStatus.DELIVERED: 2,
}


def forward(current: DeliveryStatus | None, news: DeliveryStatus) -> DeliveryStatus:
    """The state after `news`: states only move forward, and the first final one stays."""
    if current is None or _RANK[news] > _RANK[current]:
        return news
    return current
