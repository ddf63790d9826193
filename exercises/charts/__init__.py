"""Charts drawn on the server: what is to be drawn, how it is laid out, and what it says in words."""

from exercises.charts.drawing import Drawing, draw
from exercises.charts.shapes import Band, Chart, Cutoff, Line, Mark, Point, Scale
from exercises.charts.spark import Spark, spark
from exercises.charts.table import table
from exercises.charts.words import compared

__all__ = [
    "Band", "Chart", "Cutoff", "Drawing", "Line", "Mark", "Point", "Scale", "Spark", "compared", "draw", "spark",
    "table",
]  # fmt: skip
