"""Composes the window: application, loop, look, tray, notifications; paints first, then asks for the desk.

Must not: build the engine; whoever starts the program hands over how to open and close the desk.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import qasync
from desktop_notifier import DesktopNotifier
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from mcdesk.domain.queue import Overview
from mcdesk.engine.silence import Silence
from mcdesk.ui.desk import CannotOpen, DeskVerbs
from mcdesk.ui.dialogs import QuitDialog
from mcdesk.ui.door import Door
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.notifications import Notifications, Notifier, SystemNotifier
from mcdesk.ui.single import SingleWindow
from mcdesk.ui.sweeping import Sweeper
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import ThemeName
from mcdesk.ui.tray import Tray

log = logging.getLogger(__name__)

#: Opens the desk; awaited after the first paint, so that the engine's imports cost no visible time.
#: Raises CannotOpen where a person can mend it (a damaged file, a wrong configuration); else it is a defect.
OpenDesk = Callable[[], Awaitable[DeskVerbs]]
CloseDesk = Callable[[], Awaitable[None]]


def run_window(
    open_desk: OpenDesk,
    *,
    on_quit: CloseDesk,
    on_session_end: Callable[[], None],
    resources: Path,
    key: str,
    theme: ThemeName | None = None,
) -> bool:
    """Show the console until a person quits; whether they want it started anew.

    `open_desk` is awaited on the window's loop once the window is painted, `on_quit` when it goes.
    `on_session_end` is called, and may block, when the system is about to end the process; after an ordinary
    quit there is nothing left for it to do. `key` names the data folder: a second start with the same key
    shows the first one's window and returns at once. `theme` None follows the system.
    """
    application = QApplication(sys.argv[:1])
    application.setApplicationName("mcdesk")
    application.setApplicationDisplayName("mcdesk")
    application.setDesktopFileName("mcdesk")
    application.setQuitOnLastWindowClosed(False)
    single = SingleWindow(key)
    if not single.is_first():
        return False
    application.setWindowIcon(QIcon(str(resources / "icons" / "mcdesk.svg")))
    look = Look(resources, theme=theme)
    look.wear(application)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    sweeper = Sweeper()

    async def open_and_keep() -> DeskVerbs:
        desk = await open_desk()
        sweeper.keep()
        return desk

    console = Console(look, Door(loop), open_desk=open_and_keep, notifier=system_notifier())
    single.second_started.connect(console.window.show_again)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: console.quit())
    # Windows: typed words are kept when it asks whether the session may end, the engine ends when it does
    application.commitDataRequest.connect(console.window.keep_drafts)
    application.aboutToQuit.connect(on_session_end)
    sweeper.start()
    try:
        with loop:
            loop.run_until_complete(console.run(on_quit))
    finally:
        sweeper.stop()
    single.close()
    return console.again


class Console(QObject):
    """Window, tray and notifications, from the first paint until quitting."""

    def __init__(self, look: Look, door: Door, *, open_desk: OpenDesk, notifier: Notifier | None) -> None:
        super().__init__()
        self._look = look
        self._door = door
        self._open_desk = open_desk
        self._done = asyncio.Event()
        self._told_about_tray = False
        #: A person wants the program started anew.
        self.again = False
        self._quit_dialog: QuitDialog | None = None
        self.window = MainWindow(look, door)
        self.tray = Tray(look)
        self.notifications = Notifications(self.tray, door, notifier)
        self._connect()

    async def run(self, on_quit: CloseDesk) -> None:
        """Until quitting has been confirmed; the desk is closed before this returns."""
        self.window.show()
        # the window is painted by the loop's next turns; the desk is asked for only after that
        QTimer.singleShot(30, self, self._attach)
        await self._done.wait()
        self.window.let_close()
        self.window.close()
        self.tray.close()
        await self._door.close()
        await on_quit()

    def quit(self) -> None:
        """Confirmed: stop."""
        self._done.set()

    def start_again(self) -> None:
        """The engine does not come back by itself."""
        self.again = True
        self.quit()

    @Slot()
    def ask_to_quit(self) -> None:
        """Quitting stops the texting; ask."""
        self._ask(may_minimize=False)

    @Slot()
    def close_asked(self) -> None:
        """The window's close button: into the tray where there is one, else say what closing means."""
        if self.window.desk is None:
            self.quit()
        elif self.tray.is_there:
            self.window.hide()
            self._tell_about_tray()
        else:
            self._ask(may_minimize=True)

    def _attach(self) -> None:
        self._door.run(self._attach_desk())

    async def _attach_desk(self) -> None:
        try:
            desk = await self._open_desk()
        except CannotOpen as trouble:
            log.error("The office cannot be opened: %s", trouble, extra={"action": "window.cannot-open"})
            self.window.could_not_start(str(trouble))
            return
        except Exception:
            self.window.could_not_start("mcdesk could not start. The report says why.")
            raise
        self.window.attach(desk)

    def _ask(self, *, may_minimize: bool) -> None:
        if self._quit_dialog is not None:
            return
        if not self.window.isVisible():
            self.window.show_again()
        dialog = QuitDialog(self._look, self.window, may_minimize=may_minimize)
        dialog.quit_chosen.connect(self.quit)
        dialog.minimize_chosen.connect(self.window.showMinimized)
        dialog.finished.connect(self._asked)
        self._quit_dialog = dialog
        dialog.open()

    def _asked(self) -> None:
        self._quit_dialog = None

    def _tell_about_tray(self) -> None:
        if not self._told_about_tray:
            self._told_about_tray = True
            self.tray.icon.showMessage(
                "mcdesk goes on here", "Callers are still texted back. Quit from this menu."
            )

    def _show_overview(self, overview: Overview) -> None:
        desk = self.window.desk
        if desk is not None:
            self.tray.show_overview(overview, desk.now(), zone=desk.timezone)

    def _show_silence(self, silence: Silence | None) -> None:
        desk = self.window.desk
        if desk is not None:
            self.tray.show_silence(silence, zone=desk.timezone)

    def _open_lead(self, lead: int) -> None:
        self.window.show_again()
        self.window.open_lead(lead)

    def _connect(self) -> None:
        self.window.close_asked.connect(self.close_asked)
        self.window.overview_changed.connect(self._show_overview)
        self.window.silence_changed.connect(self._show_silence)
        self.window.frame.banner.restart_wanted.connect(self.start_again)
        self.window.alerts_changed.connect(self.notifications.show_alerts)
        self.notifications.lead_wanted.connect(self._open_lead)
        self.tray.open_wanted.connect(self.window.show_again)
        self.tray.quit_wanted.connect(self.ask_to_quit)


def system_notifier() -> SystemNotifier | None:
    """The system's notifications, where there is such a thing."""
    # it logs every failure with a traceback; we fall back and say so once
    logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
    try:
        return SystemNotifier(DesktopNotifier(app_name="mcdesk"))
    except Exception as error:
        log.info("No system notifications: %s", error, extra={"action": "no-notifications"})
        return None
