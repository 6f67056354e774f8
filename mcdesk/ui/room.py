"""Where the panes stand: four beside each other, fewer as the window narrows.

Must not: know the desk; it lays out.
"""

from datetime import tzinfo
from enum import StrEnum

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.domain.queue import Overview, View
from mcdesk.ui.conversation.card import CardPane
from mcdesk.ui.conversation.pane import ConversationPane
from mcdesk.ui.queue.delegate import Setting
from mcdesk.ui.queue.empty_page import EmptyPage
from mcdesk.ui.queue.pane import QueuePane
from mcdesk.ui.queue.views import ViewsPane
from mcdesk.ui.theme import tokens
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.labels import upright_divider


class Layout(StrEnum):
    """Which panes are beside each other."""

    WIDE = "wide"
    COMPACT = "compact"
    #: The caller's card is a drawer over the conversation.
    NARROW = "narrow"


def layout_for(width: int) -> Layout:
    if width >= tokens.WIDE_FROM:
        return Layout.WIDE
    return Layout.COMPACT if width >= tokens.COMPACT_FROM else Layout.NARROW


class Room(QWidget):
    """Views, queue, conversation, caller; or the empty page in place of the last three."""

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__()
        self.setObjectName("room")
        zone: tzinfo = setting.zone
        self.views = ViewsPane(look)
        self.queue = QueuePane(look, setting)
        self.conversation = ConversationPane(look, zone=zone, person=setting.person)
        self.card = CardPane(look, zone)
        self.empty = EmptyPage(look)
        self.layout_name: Layout | None = None
        self._drawer = QFrame(self)
        self._drawer.setObjectName("drawer")
        self._drawer_box = QVBoxLayout(self._drawer)
        self._drawer_box.setContentsMargins(1, 0, 0, 0)
        self._drawer.hide()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for pane in (self.queue, self.conversation, self.card):
            self.splitter.addWidget(pane)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setStretchFactor(2, 0)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.empty)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.views)
        self._edge = upright_divider(1)
        self._edge.setMaximumHeight(16777215)
        self._edge.setMinimumHeight(0)
        row.addWidget(self._edge)
        row.addWidget(self.stack, 1)
        self.card.setVisible(False)

    def show_overview(self, overview: Overview) -> None:
        """The empty page stands in only while nothing is open, in the queue or beside it."""
        self.views.show_counts(overview.counts)
        self.empty.show_overview(overview)
        nobody = not overview.counts.get(View.OPEN, 0) and self.queue.view is View.OPEN
        idle = nobody and self.conversation.shown is None and not self.queue.model.rows
        self.stack.setCurrentIndex(1 if idle else 0)

    def conversation_opened(self) -> None:
        """The first lead was opened: its card has something to show."""
        if self.layout_name is not Layout.NARROW:
            self.card.show()

    def toggle_card(self) -> None:
        """The drawer of the narrow layout, in and out."""
        if self.layout_name is Layout.NARROW and self.conversation.shown is not None:
            self._drawer.setVisible(not self._drawer.isVisible())
            self._place_drawer()

    def open_close_menu(self) -> None:
        """The menu of the card, which has to be on screen for it."""
        if self.conversation.shown is None or not self.card.close_as.isVisibleTo(self.card):
            return
        if not self.card.isVisible():
            self.toggle_card()
        self.card.open_close_menu()

    def close_drawer(self) -> bool:
        """True when it was open."""
        was_open = self._drawer.isVisible()
        self._drawer.hide()
        return was_open

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = layout_for(self.width())
        if wanted is not self.layout_name:
            self._arrange(wanted)
        self.conversation.box.editor.set_lines(*((1, 5) if self.height() < 480 else (2, 8)))
        self._place_drawer()

    def _arrange(self, name: Layout) -> None:
        self.layout_name = name
        wide, narrow = name is Layout.WIDE, name is Layout.NARROW
        self.views.set_rail(not wide)
        self.queue.table.set_compact(not wide)
        self.conversation.header.card.setVisible(narrow)
        self._house_card(narrow)
        queue = (
            tokens.QUEUE_WIDTH
            if wide
            else tokens.QUEUE_NARROW_WIDTH
            if narrow
            else tokens.QUEUE_COMPACT_WIDTH
        )
        card = 0 if narrow else tokens.CARD_WIDTH if wide else tokens.CARD_COMPACT_WIDTH
        self.queue.setMinimumWidth(min(queue, tokens.QUEUE_NARROW_WIDTH))
        self.card.setMinimumWidth(tokens.CARD_COMPACT_WIDTH)
        self.card.setMaximumWidth(360)
        rest = max(tokens.CONVERSATION_MINIMUM, self.width() - self.views.width() - queue - card - 3)
        self.splitter.setSizes([queue, rest, card])

    def _house_card(self, narrow: bool) -> None:
        if narrow and self.card.parent() is not self._drawer:
            self._drawer_box.addWidget(self.card)
            self.card.show()
        elif not narrow and self.card.parent() is not self.splitter:
            self.splitter.addWidget(self.card)
            self._drawer.hide()
            self.card.setVisible(self.conversation.shown is not None)

    def _place_drawer(self) -> None:
        width = tokens.CARD_WIDTH + 1
        header = tokens.PANE_HEADER
        self._drawer.setGeometry(QRect(self.width() - width, header, width, self.height() - header))
        self._drawer.raise_()
