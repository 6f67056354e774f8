"""What every part of the window draws with: the colours in force, fonts, icons; and when they change.

Must not: be reached globally; it is handed to whoever draws.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from mcdesk.ui.theme.fonts import font, load_fonts
from mcdesk.ui.theme.icons import Icons
from mcdesk.ui.theme.style import style_sheet
from mcdesk.ui.theme.tokens import THEMES, Colours, ThemeName


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


class Look(QObject):
    """The theme in force. Without a wished theme it follows the system's light or dark."""

    #: Another table of colours is in force.
    changed = Signal()

    def __init__(
        self,
        resources: Path,
        *,
        theme: ThemeName | None = None,
        system_is_dark: Callable[[], bool] = _system_is_dark,
    ) -> None:
        super().__init__()
        self._system_is_dark = system_is_dark
        self._wished = theme
        self.icons = Icons(resources / "icons")
        self.families = load_fonts(resources / "fonts")
        self.theme = theme or self._system_theme()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def colours(self) -> Colours:
        return THEMES[self.theme]

    @property
    def high_contrast(self) -> bool:
        return self.theme is ThemeName.HIGH_CONTRAST

    def colour(self, role: str) -> QColor:
        """The colour of a role, e.g. ``late_text``."""
        return QColor(str(getattr(self.colours, role)))

    def wear(self, application: QApplication) -> None:
        """Dress the whole application."""
        application.setStyle("Fusion")
        application.setFont(font("body"))
        application.setPalette(self._palette())
        application.setStyleSheet(style_sheet(self.colours))

    def choose(self, theme: ThemeName | None) -> None:
        """Stay with one theme, or follow the system again with None."""
        self._wished = theme
        self._put_on(theme or self._system_theme())

    def _follow_system(self) -> None:
        if self._wished is None:
            self._put_on(self._system_theme())

    def _put_on(self, theme: ThemeName) -> None:
        if theme is self.theme:
            return
        self.theme = theme
        self.icons.forget()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self.wear(application)
        self.changed.emit()

    def _system_theme(self) -> ThemeName:
        return ThemeName.DARK if self._system_is_dark() else ThemeName.LIGHT

    def _palette(self) -> QPalette:
        palette = QPalette()
        role = QPalette.ColorRole
        for part, name in (
            (role.Window, "canvas"),
            (role.Base, "surface"),
            (role.AlternateBase, "sunken"),
            (role.Button, "surface"),
            (role.ToolTipBase, "raised"),
            (role.WindowText, "text"),
            (role.Text, "text"),
            (role.ButtonText, "text"),
            (role.ToolTipText, "text"),
            (role.PlaceholderText, "text_3"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on_accent"),
            (role.Link, "accent_text"),
        ):
            palette.setColor(part, self.colour(name))
        return palette
