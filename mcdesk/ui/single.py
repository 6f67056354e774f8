"""One window per data folder: a second start shows the first one's window and ends.

Must not: guard the database; the engine's own lock does that.
"""

import hashlib

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

#: How long a running window may take to answer, in milliseconds.
ANSWER_WITHIN = 500
SHOW = b"show\n"


class SingleWindow(QObject):
    """Listens under a name made from the key; only this user can reach it."""

    #: Somebody started the program again.
    second_started = Signal()

    def __init__(self, key: str) -> None:
        super().__init__()
        self.name = f"mcdesk-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """True: this is the only one and it listens now. False: the other one has been told to show."""
        if self._tell_other():
            return False
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self.name):
            # left over from a crash: nobody answered under that name a moment ago
            QLocalServer.removeServer(self.name)
            server.listen(self.name)
        server.newConnection.connect(self._take)
        self._server = server
        return True

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _tell_other(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self.name)
        if not socket.waitForConnected(ANSWER_WITHIN):
            return False
        socket.write(SHOW)
        socket.waitForBytesWritten(ANSWER_WITHIN)
        socket.disconnectFromServer()
        return True

    def _take(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.second_started.emit()
