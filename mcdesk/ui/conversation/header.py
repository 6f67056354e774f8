"""Over the conversation: who it is, whose it is, claim or release, what else can be done.

Must not: carry a verb out.
"""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu

from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import QueueRow
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import PANE_HEADER
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import ElidedWords, Words, round_corners


class Header(QFrame):
    """The bar over the timeline."""

    #: C or the button: take it, or give it back.
    claim_toggled = Signal()
    #: From the "…" menu.
    push_wanted = Signal()
    reopen_wanted = Signal()
    #: The person button of narrower windows.
    card_toggled = Signal()

    def __init__(self, look: Look, person: str) -> None:
        super().__init__()
        self.setObjectName("paneHeader")
        self.setFixedHeight(PANE_HEADER)
        self._person = person
        self._closed = False
        self.name = ElidedWords("", token="title")
        self.owner = Words("", token="body", tone="3")
        self.claim = ActionButton(look, "Claim", icon="user-plus", keys=("C",), height=28)
        self.card = ActionButton(
            look, icon="panel-right", kind="quiet", name="Caller card", tip="Caller card (I)"
        )
        self.more = ActionButton(look, icon="ellipsis", kind="quiet", name="More actions")
        self.card.hide()
        self.claim.clicked.connect(self.claim_toggled)
        self.card.clicked.connect(self.card_toggled)
        self.more.clicked.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.owner)
        row.addStretch(1)
        row.addWidget(self.claim)
        row.addWidget(self.card)
        row.addWidget(self.more)

    def show_row(self, row: QueueRow) -> None:
        self._closed = row.stage is Stage.CLOSED
        mine = row.owner == self._person
        self.name.setText(row.who)
        self.owner.setText("Closed" if self._closed else "Yours" if mine else row.owner or "Unclaimed")
        self.claim.setVisible(not self._closed)
        self.claim.set_words("Release" if mine else "Take over" if row.owner else "Claim")
        self.claim.icon_name = "user" if mine else "user-plus"

    def _open_menu(self) -> None:
        menu = QMenu(self)
        round_corners(menu)
        menu.addAction("Push to CRM", self.push_wanted.emit)
        if self._closed:
            menu.addAction("Reopen", self.reopen_wanted.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
