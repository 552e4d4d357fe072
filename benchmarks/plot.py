"""Plots as SVG, with nothing but the standard library.

Each has a light ground of its own, so that it is legible on a white page and on a dark one, and colours that can be
told apart by those who do not see all of them.
"""

import math
from dataclasses import dataclass
from html import escape

from markdown import number
from timing import median

COLOURS = {"original": "#d55e00", "cold": "#0072b2", "warm": "#009e73", "floor": "#6e7781", "other": "#b07aa1"}
WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 76, 58


@dataclass
class Line:
    name: str
    colour: str
    dashed: bool
    points: list
    dots: bool = False  # only these, no line


class Axis:
    """From values to positions."""

    def __init__(self, values, begin, end, log=False, ticks=None):
        self.begin, self.end, self.log = begin, end, log
        if log:
            # Some room beside the outermost values, whose dots would be cut in two.
            self.low, self.high = min(values) / 1.15, max(values) * 1.15
            self.ticks = ticks or self.log_ticks()
        else:
            self.low, self.high = min(0, *values), max(values) * 1.05 or 1
            self.ticks = ticks or self.even_ticks()

    def log_ticks(self):
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        ticks = [digit * 10.0**decade for decade in decades for digit in (1, 2, 5)]
        return [tick for tick in ticks if self.low <= tick <= self.high]

    def even_ticks(self):
        rough = (self.high - self.low) / 6
        unit = 10 ** math.floor(math.log10(rough))
        step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
        return [step * count for count in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]

    def __call__(self, value):
        low, high, value = (math.log(each) if self.log else each for each in (self.low, self.high, value))
        return round(self.begin + (value - low) / (high - low) * (self.end - self.begin), 1)


class Canvas:
    def __init__(self, title, height=HEIGHT):
        self.height = height
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            ' role="img" font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"'
            ' font-size="13">',
            f"<title>{escape(title)}</title>",
            f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6" fill="#fcfcfd" stroke="#d0d7de"/>',
        ]
        self.text(LEFT, 28, title, size=16, weight="bold")

    def text(self, x, y, words, anchor="start", size=13, colour="#24292f", weight="normal", turned=False):
        turn = f' transform="rotate(-90 {x} {y})"' if turned else ""
        self.parts.append(
            f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
            f"{turn}>{escape(words)}</text>")

    def line(self, points, colour, width=2, dashed=False):
        dash = ' stroke-dasharray="7 4"' if dashed else ""
        path = " ".join(f"{x},{y}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>')

    def dot(self, x, y, colour, radius=4):
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>')

    def legend(self, entries):
        """Name, colour, dashed and dots only of each, in a row below the title; in two if they need them."""
        x, y = LEFT, 50
        for name, colour, dashed, dots in entries:
            width = 38 + 7 * len(name)
            if x + width > WIDTH - RIGHT and x > LEFT:
                x, y = LEFT, y + 18
            if not dots:
                self.line([(x, y - 4), (x + 24, y - 4)], colour, dashed=dashed)
            self.dot(x + 12, y - 4, colour)
            self.text(x + 30, y, name)
            x += width + 12
        return y

    def x_axis(self, axis, label):
        bottom = self.height - BOTTOM
        for tick in axis.ticks:
            self.line([(axis(tick), self.top), (axis(tick), bottom)], "#e3e6ea", 1)
            self.text(axis(tick), bottom + 18, f"{tick:g}", "middle")
        self.line([(LEFT, bottom), (WIDTH - RIGHT, bottom)], "#57606a", 1)
        self.text((LEFT + WIDTH - RIGHT) / 2, self.height - 16, label, "middle")

    def y_axis(self, axis, label):
        for tick in axis.ticks:
            self.line([(LEFT, axis(tick)), (WIDTH - RIGHT, axis(tick))], "#e3e6ea", 1)
            self.text(LEFT - 8, axis(tick) + 4, f"{tick:g}", "end")
        self.text(20, (self.top + self.height - BOTTOM) / 2, label, "middle", turned=True)

    def svg(self):
        return "\n".join([*self.parts, "</svg>\n"])


def line_plot(title, x_label, y_label, lines, log_x=False, log_y=False, x_ticks=None):
    canvas = Canvas(title)
    canvas.top = canvas.legend([(line.name, line.colour, line.dashed, line.dots) for line in lines]) + 16
    points = [point for line in lines for point in line.points]
    x = Axis([point[0] for point in points], LEFT, WIDTH - RIGHT, log_x, x_ticks)
    y = Axis([point[1] for point in points], HEIGHT - BOTTOM, canvas.top, log_y)
    canvas.y_axis(y, y_label)
    canvas.x_axis(x, x_label)
    for line in lines:
        placed = [(x(a), y(b)) for a, b in line.points]
        if not line.dots:
            canvas.line(placed, line.colour, dashed=line.dashed)
        for place in placed:
            canvas.dot(*place, line.colour)
    return canvas.svg()


def dot_plot(title, x_label, names, series):
    """A row for each name; in it for each of the series (name, colour, a list of samples for each row) its median and
    spread."""
    gap, row_height = 17, 17 * len(series) + 18
    canvas = Canvas(title, TOP + BOTTOM + row_height * len(names))
    canvas.top = canvas.legend([(name, colour, False, True) for name, colour, _ in series]) + 16
    every = [time for _, _, rows in series for times in rows for time in times]
    x = Axis(every, LEFT, WIDTH - RIGHT - 40, log=True)  # room for the number of the last dot
    canvas.x_axis(x, f"{x_label}, on a logarithmic scale")
    for at, name in enumerate(names):
        top = canvas.top + 14 + row_height * at
        canvas.text(LEFT - 10, top + gap * (len(series) - 1) / 2 + 4, name, "end", weight="bold")
        for below, (_, colour, rows) in enumerate(series):
            times, y = rows[at], top + gap * below
            if times:
                canvas.line([(x(min(times)), y), (x(max(times)), y)], colour)
                canvas.dot(x(median(times)), y, colour, 4.5)
                canvas.text(x(max(times)) + 8, y + 4, number(median(times)), size=12, colour=colour)
    return canvas.svg()
