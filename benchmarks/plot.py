"""Plots as SVG, by matplotlib.

Each has a light ground of its own, so that it is legible on a white page and on a dark one, and colours that can be
told apart by those who do not see all of them.
"""

import io

from harness.pypi import library
from markdown import number
from timing import median

COLOURS = {
    "original": "#d55e00", "cold": "#0072b2", "warm": "#009e73", "awake": "#cc79a7", "floor": "#6e7781",
    "other": "#b07aa1",
}


def line_plot(title, x_label, y_label, lines, log="", x_ticks=None):
    """The lines are name, colour, style (-, -- or nothing: dots only) and points. log names the logarithmic axes."""
    pyplot, axes = canvas(title, 4.4, log)
    for name, colour, style, points in lines:
        axes.plot(*zip(*points), linestyle=style, marker="o", color=colour, label=name)
    axes.set(xlabel=x_label, ylabel=y_label)
    if x_ticks:
        axes.set_xticks(x_ticks)
    if "y" not in log:
        axes.set_ylim(bottom=0)
    return svg(pyplot)


def dot_plot(title, x_label, names, series):
    """A row for each name; in it for each of the series (name, colour, a list of samples for each row) its median and
    spread."""
    pyplot, axes = canvas(title, 1.4 + 0.85 * len(names), "x")
    for below, (name, colour, rows) in enumerate(series):
        axes.plot([], [], marker="o", color=colour, label=name)
        for at, times in enumerate(rows):
            if times:
                y, middle = at + 0.2 * (below - (len(series) - 1) / 2), median(times)
                axes.plot([min(times), middle, max(times)], [y] * 3, marker="o", markevery=[1], color=colour)
                axes.annotate(number(middle), (max(times), y), (8, 0), textcoords="offset points", va="center",
                              color=colour)
    axes.set(xlabel=f"{x_label}, on a logarithmic scale")
    axes.set_yticks(range(len(names)), names)
    axes.margins(x=0.1)  # room for the number of the last dot
    axes.grid(visible=False, axis="y")
    axes.invert_yaxis()
    return svg(pyplot)


def matplotlib():
    """Its module pyplot. It is installed if it has not been."""
    return library("matplotlib.pyplot", "3.10.8")


def canvas(title, height, log):
    pyplot = matplotlib()
    figure, axes = pyplot.subplots(figsize=(8, height), facecolor="#fcfcfd", layout="constrained")
    figure.suptitle(title, weight="bold")
    axes.grid(color="#e3e6ea")
    for name in log:
        axis = getattr(axes, f"{name}axis")
        axes.set(**{f"{name}scale": "log"})
        axis.set_major_locator(pyplot.LogLocator(subs=(1, 2, 5)))
        axis.set_minor_locator(pyplot.NullLocator())
        axis.set_major_formatter("{x:g}")
    return pyplot, axes


def svg(pyplot):
    pyplot.gca().legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False)
    file = io.StringIO()
    # Text stays text, and the same figures make the same file.
    with pyplot.rc_context({"svg.fonttype": "none", "svg.hashsalt": "docker-run"}):
        pyplot.savefig(file, format="svg", metadata={"Date": None})
    pyplot.close()
    return file.getvalue()
