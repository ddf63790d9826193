"""Charts on a page: `{% chart drawing %}`, `{% rhythm drawing %}`, and on a list `{% spark small %}`."""

from django import template

from exercises.charts import Drawing, Spark
from exercises.charts.rhythm import RhythmDrawing

register = template.Library()


@register.inclusion_tag("exercises/charts/chart.html")
def chart(drawing: Drawing) -> dict[str, object]:
    """The picture with its words, and its values as a table."""
    return {"drawing": drawing}


@register.inclusion_tag("exercises/charts/spark.html")
def spark(small: Spark) -> dict[str, object]:
    """The small picture, which assistive technology skips, and its words."""
    return {"spark": small}


@register.inclusion_tag("exercises/charts/rhythm.html")
def rhythm(drawing: RhythmDrawing) -> dict[str, object]:
    """What became of a couple's exercises from week to week, for their therapist alone."""
    return {"drawing": drawing}
