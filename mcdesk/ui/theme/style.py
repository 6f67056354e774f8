"""The style sheet: one template, filled with the colours in force.

Must not: contain a colour value or a font.
"""

from string import Template

from mcdesk.ui.theme.tokens import Colours

SHEET = Template("""
QMainWindow, #room { background: $canvas; }
QSplitter::handle { background: $line; }
QLabel { color: $text; background: transparent; }
QLabel[tone="2"] { color: $text_2; }
QLabel[tone="3"] { color: $text_3; }
QLabel[tone="link"] { color: $accent_text; }
QLabel[tone="late"] { color: $late_text; }
QLabel[tone="soon"] { color: $soon_text; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="note"] { color: $note_text; }

#topBar { background: $canvas; border-bottom: 1px solid $line; }
#footBar { background: $canvas; border-top: 1px solid $line; }
#viewsPane, #cardPane { background: $canvas; }
#drawer { background: $canvas; border-left: 1px solid $line; }
#queuePane, #conversationPane, #emptyPage { background: $surface; }
#paneHeader { background: $surface; border-bottom: 1px solid $line; }
#banner { background: $late_tint; border: none; border-bottom: 1px solid $late; }
#banner[mild="true"] { background: $soon_tint; border-bottom: 1px solid $soon_line; }
#stamp { border: 1px solid transparent; border-radius: 10px; }
#stamp:hover { background: $hover; }
#blind { background: $sunken; border: none; border-bottom: 1px solid $line; }
#blind[calls="true"] { background: $soon_tint; border-bottom: 1px solid $soon_line; }
#stamp[stale="true"] { background: $soon_tint; }
#stamp:focus { border: 1px solid $accent; }
#figures, #step { background: $surface; border: 1px solid $line; border-radius: 12px; }
#divider { background: $line; border: none; }
#reason { background: $soon_tint; border-radius: 6px; }
#reason[bad="true"] { background: $late_tint; }
#check { background: $soon_tint; border: 1px solid $soon_line; border-radius: 8px; }

QAbstractItemView { background: $surface; border: none; outline: none;
  selection-background-color: $selected; }
#viewsList { background: $canvas; }

QPushButton { background: $surface; color: $text; border: 1px solid $line; border-radius: 8px;
  padding: 0 12px; }
QPushButton:hover { background: $hover; }
QPushButton:disabled { background: $sunken; color: $text_3; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $text_3; border: 1px solid $line; }
QPushButton[kind="outline"] { background: $accent_tint; border: 1px solid $accent; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; border-radius: 6px; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed { background: $sunken; }

#replyTabs { background: transparent; border: none; border-bottom: 1px solid $line; }
#replyTabs[mode="note"] { border-bottom: 1px solid $note_line; }
#replyFoot { background: transparent; border: none; border-top: 1px solid $line; }
#replyFoot[mode="note"] { border-top: 1px solid $note_line; }
QPlainTextEdit { background: transparent; color: $text; border: none; selection-background-color: $accent;
  selection-color: $on_accent; }
#report { background: $surface; border: 1px solid $line; border-radius: 8px; padding: 4px; }
QLineEdit { background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 8px;
  padding: 0 8px; min-height: 30px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border: 2px solid $accent; padding: 0 7px; }
QLineEdit[plain="true"] { background: transparent; border: 1px solid transparent; min-height: 24px;
  padding: 0 3px; }
QLineEdit[plain="true"]:hover { border: 1px solid $line; }
QLineEdit[plain="true"]:focus { background: $surface; border: 1px solid $accent; }

QMenu { background: $raised; color: $text; border: 1px solid $line; border-radius: 10px; padding: 4px; }
QMenu::item { padding: 0 16px 0 8px; min-height: 32px; border-radius: 6px; }
QMenu::item:selected { background: $accent_tint; color: $accent_text; }
QMenu::item:disabled { color: $text_3; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px; }
#alertRow { background: transparent; border: none; border-radius: 6px; text-align: left; }
#alertRow:hover, #alertRow:focus { background: $accent_tint; }
QDialog { background: $raised; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $hatch; border-radius: 3px; min-height: 32px; margin: 2px; }
QScrollBar::handle:vertical:hover { background: $line_strong; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def style_sheet(colours: Colours) -> str:
    """The sheet for one table of colours."""
    return SHEET.substitute(colours.roles())
