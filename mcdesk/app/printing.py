"""A text with headings and tables as a PDF, without a screen.

Must not: know what it says.
"""


def pdf_of(html: str, *, title: str) -> bytes:
    """Pages of letter size. Needs no window."""
    # Qt is a third of a second, and only whoever wants a PDF needs it.
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QFont, QGuiApplication, QPageSize, QPdfWriter, QTextDocument

    from mcdesk.settings import resource_folder
    from mcdesk.ui.theme.fonts import FAMILIES, load_fonts

    # It must outlive what is drawn.
    application = QGuiApplication.instance() or QGuiApplication(["mcdesk", "-platform", "offscreen"])
    load_fonts(resource_folder() / "fonts")
    font = QFont(list(FAMILIES))
    font.setPointSize(9)
    written = QBuffer()
    written.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(written)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    writer.setTitle(title)
    writer.setCreator("mcdesk")
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setHtml(html)
    document.print_(writer)
    del writer, document, application
    return bytes(written.data().data())
