"""Tells somebody who looks elsewhere: one notification per conversation, replaced and not repeated.

Must not: show a name or a word of what was written; the list under the bell is the truth, this is extra.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_notifier import DesktopNotifier, Urgency
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from mcdesk.domain.queue import Alert
from mcdesk.ui.door import Door
from mcdesk.ui.tray import Tray

log = logging.getLogger(__name__)

#: What is said per kind of alert. Neutral: passers-by read notifications, and lock screens keep them.
NEUTRAL: dict[str, tuple[str, str]] = {
    "reply": ("A caller wrote back", "Open mcdesk to read and answer."),
    "late": ("A caller is waiting too long", "The time to answer is up."),
    "check": ("Please check a text", "It is not known whether it arrived."),
    "review": ("A text needs your eye", "Open mcdesk to see it."),
}
OTHERWISE = ("mcdesk needs you", "Open it to see why.")


class Notifier(Protocol):
    """A system's way to show notifications."""

    async def send(self, title: str, text: str, *, clicked: Callable[[], object], urgent: bool) -> str:
        """Show one; its identifier. Raises where the system cannot."""

    async def clear(self, identifier: str) -> None: ...


@dataclass
class SystemNotifier:
    """D-Bus, Windows toasts or the macOS centre; each replaces the previous of its conversation."""

    notifier: DesktopNotifier

    async def send(self, title: str, text: str, *, clicked: Callable[[], object], urgent: bool) -> str:
        weight = Urgency.Critical if urgent else Urgency.Normal
        arrived: list[bool] = []
        shown = await self.notifier.send(
            title, text, urgency=weight, on_clicked=clicked, on_dispatched=lambda: arrived.append(True)
        )
        if not arrived:
            # the library only logs a failure; that nothing was dispatched is how one learns of it
            raise OSError("the system took no notification")
        return shown

    async def clear(self, identifier: str) -> None:
        await self.notifier.clear(identifier)


class Notifications(QObject):
    """Shows what is new among the alerts."""

    #: A notification about this lead was clicked.
    lead_wanted = Signal(int)

    def __init__(self, tray: Tray, door: Door, notifier: Notifier | None) -> None:
        super().__init__()
        self._tray = tray
        self.door = door
        self._notifier = notifier
        self._told: set[int] | None = None
        self._shown: dict[int, str] = {}
        self._last_lead: int | None = None
        tray.message_clicked.connect(self._tray_clicked)

    def show_alerts(self, alerts: Sequence[Alert]) -> None:
        """Tell about those not told before; what was unread at the start is in the list already."""
        unread = {alert.id for alert in alerts}
        known, self._told = self._told, unread
        gone = set(self._shown) - {alert.lead for alert in alerts if alert.lead is not None}
        for answered in gone:
            self.door.run(self._clear(self._shown.pop(answered)))
        if known is None:
            return
        newest = {alert.lead: alert for alert in alerts if alert.id not in known}
        for lead, alert in newest.items():
            self.door.run(self._tell(lead, alert))

    async def _tell(self, lead: int | None, alert: Alert) -> None:
        title, text = NEUTRAL.get(alert.kind, OTHERWISE)
        self._last_lead = lead
        if self._notifier is not None:
            if lead is not None and lead in self._shown:
                await self._clear(self._shown.pop(lead))
            try:
                shown = await self._notifier.send(
                    title, text, clicked=lambda: self._clicked(lead), urgent=alert.kind == "late"
                )
            except Exception as error:
                # no notification service here; the tray's own message is the next best
                log.info("Notifications do not work here: %s", error, extra={"action": "no-notifications"})
                self._notifier = None
            else:
                if lead is not None:
                    self._shown[lead] = shown
                return
        if self._tray.is_there and QSystemTrayIcon.supportsMessages():
            self._tray.icon.showMessage(title, text)

    async def _clear(self, identifier: str) -> None:
        if self._notifier is not None:
            await self._notifier.clear(identifier)

    def _clicked(self, lead: int | None) -> None:
        if lead is not None:
            self.lead_wanted.emit(lead)

    def _tray_clicked(self) -> None:
        self._clicked(self._last_lead)
