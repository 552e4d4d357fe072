"""Tables and figures for docs/performance.md, which are legible in a terminal too."""

from timing import median, ratio


def number(value):
    """Three digits or so; a dash for what was not measured."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def compared(row, other):
    """The cells of ours and another's: the medians and their ratio."""
    return [number(median(row["ours"])), number(median(row[other])), number(ratio(row["ours"], row[other]))]


def table(heads, rows):
    """Columns of the same width, the first to the left, all others to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(3, *(len(row[column]) for row in [heads, *rows])) for column in range(len(heads))]

    def line(cells):
        others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        return "| " + " | ".join([cells[0].ljust(widths[0]), *others]) + " |"

    rule = "|:" + "-" * (widths[0] + 1) + "|" + "".join("-" * (width + 1) + ":|" for width in widths[1:])
    return "\n".join([line(heads), rule, *map(line, rows)])
