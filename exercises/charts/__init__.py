"""Charts drawn on the server: what is to be drawn, how it is laid out, and what it says in words."""

from exercises.charts.shapes import Band, Chart, Cutoff, Line, Mark, Point, Scale

__all__ = ["Band", "Chart", "Cutoff", "Line", "Mark", "Point", "Scale"]
