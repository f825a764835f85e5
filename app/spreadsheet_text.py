"""Text for spreadsheets: nothing of it is ever computed there."""

# So that Excel, too, reads a text file as UTF-8.
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A spreadsheet would take a cell that begins so for a formula, or skip the tab and then do so.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_DISARMED = "'"


def disarmed(cell: str) -> str:
    """The text so that it stays text; `armed` undoes it, whatever the text was."""
    return _DISARMED + cell if cell.startswith((_DISARMED, *DANGEROUS)) else cell


def armed(cell: str) -> str:
    """The text as it was before it was disarmed; any other text as it is."""
    is_disarmed = cell.startswith(_DISARMED) and cell[1:].startswith((_DISARMED, *DANGEROUS))
    return cell[1:] if is_disarmed else cell
