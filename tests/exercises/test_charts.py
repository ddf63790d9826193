"""A chart is true to its values, says in words what it shows, and never writes one word over another."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.charts import Band, Chart, Cutoff, Line, Point, Scale, compared, draw, spark, table
from exercises.charts.drawing import BOX
from exercises.charts.labels import is_inside, overlap
from exercises.charts.rhythm import Week, draw_rhythm
from exercises.templatetags.charts import chart as tag
from exercises.templatetags.charts import rhythm

MONDAY = date(2026, 3, 2)
TEN = Scale(0, 10, "Not close", "Very close")


def weekly(*values, first=MONDAY, every=7):
    return tuple(Point(first + timedelta(n * every), value) for n, value in enumerate(values))


def a_chart(*values, **more):
    return Chart("How close", (Line("Alex", "a", weekly(*values)),), TEN, **more)


def shown(chart, **more):
    return render_to_string("exercises/charts/chart.html", tag(draw(chart, key="near", **more)))


# --- what it draws


def test_a_small_chart_is_drawn_like_this():
    pair = (Line("Alex", "a", weekly(4, 6, 7)), Line("Blake", "b", weekly(5, 5, 7)))
    drawing = draw(Chart("How close", pair, TEN, sessions=(MONDAY + timedelta(7),)), key="near")
    assert (drawing.left, drawing.right, drawing.grid) == ("25.3", "274.8", ("160", "90", "20"))
    a, b = drawing.strokes
    assert (a.mark, a.way) == ("a", "M25.3 104L150.1 76L274.8 62")
    assert (b.mark, b.way) == ("b", "M25.3 90L150.1 90L274.8 62")
    assert drawing.sessions == "M150.1 162v5"
    assert [(label.words, *label.at) for label in drawing.labels if label.mark] == [
        ("7 Alex", "282.8", "58.3"), ("7 Blake", "282.8", "73.7"), ("5", "29.6", "82"), ("4", "29.6", "121"),
    ]  # fmt: skip


def test_it_stands_on_a_real_axis_of_time():
    points = tuple(Point(MONDAY + timedelta(days), 5) for days in (0, 10, 100))
    drawing = draw(Chart("Title", (Line("A", "a", points),), TEN), key="k")
    left, right = float(drawing.left), float(drawing.right)
    at = [float(part.split()[0]) for part in drawing.strokes[0].shapes.split("M")[1:]]
    assert [round((x + 3.6 - left) / (right - left), 2) for x in at] == [0, 0.1, 1]


def test_it_always_shows_the_whole_scale():
    drawing = draw(a_chart(5, 5, 6), key="k")
    words = [label.words for label in drawing.labels]
    assert {"0", "10"} <= set(words)
    assert drawing.strokes[0].way.startswith(f"M{drawing.left} 90L")


def test_it_leaves_a_gap_where_more_than_two_usual_values_are_missing():
    early = weekly(4, 5, 6)
    after_two_left_out = (*early, Point(MONDAY + timedelta(14 + 21), 7))
    after_three_left_out = (*early, Point(MONDAY + timedelta(14 + 28), 7))
    ways = [
        draw(Chart("T", (Line("A", "a", points),), TEN), key="k").strokes[0]
        for points in (after_two_left_out, after_three_left_out)
    ]
    assert [way.way.count("L") for way in ways] == [3, 2]
    assert [way.shapes.count("M") for way in ways] == [4, 4]


def test_it_draws_several_values_of_one_day_in_their_order():
    points = tuple(Point(MONDAY, value) for value in (3, 9, 5))
    drawing = draw(Chart("T", (Line("A", "a", points),), TEN), key="k")
    xs = {step.split()[0] for step in drawing.strokes[0].way[1:].split("L")}
    assert len(xs) == 1
    assert [row.value for row in drawing.rows] == ["3", "9", "5"]


def test_with_one_value_there_is_a_table_and_no_picture():
    page = shown(a_chart(4))
    assert "<svg" not in page
    assert "<td" in page
    assert "<details" not in page


def test_with_no_value_it_says_so():
    assert "Nothing to show yet." in shown(a_chart())


def test_two_lines_are_told_apart_without_colour():
    pair = (Line("Alex", "a", weekly(4, 6)), Line("Blake", "b", weekly(5, 7)))
    page = shown(Chart("T", pair, TEN))
    assert page.count('stroke-dasharray="6 4"') == 1
    a, b = draw(Chart("T", pair, TEN), key="k").strokes
    assert ("a3.6" in a.shapes, "a3.6" in b.shapes) == (True, False)


def test_one_mark_is_never_drawn_twice():
    with pytest.raises(ValueError, match="same mark"):
        Chart("T", (Line("Alex", "a", ()), Line("Blake", "a", ())), TEN)


def test_it_draws_a_band_and_a_cut_off_with_their_sources():
    band = Band(2, 6, "no reliable change", "Jacobson & Truax 1991")
    cutoff = Cutoff(8, "Cut-off", "Funk & Rogge 2007")
    drawing = draw(a_chart(4, 9, cutoff=cutoff, bands={"a": band}), key="k")
    assert [(shade.y, shade.height) for shade in drawing.shades] == [("76", "56")]
    assert drawing.cutoff == "48"
    assert "Cut-off" in [label.words for label in drawing.labels]
    assert "Dotted line: Cut-off, 8. Source: Funk & Rogge 2007." in drawing.sources
    assert "Shaded, for Alex: no reliable change, 2 to 6. Source: Jacobson & Truax 1991." in drawing.sources


def test_without_norms_there_is_no_band_and_no_line():
    page = shown(a_chart(4, 9))
    assert "chart__band" not in page
    assert "chart__cutoff" not in page


# --- what it says


def test_it_is_named_and_described_for_whoever_hears_it():
    page = shown(a_chart(4, 9, 6, sessions=(MONDAY,)))
    assert 'role="img" aria-labelledby="near-title near-words"' in page
    assert '<title id="near-title">How close</title>' in page
    assert (
        "Alex: 3 values between 4 and 9, first 4 on 2 March 2026, last 6 on 16 March 2026, higher. "
        "The scale runs from 0 to 10. 1 session is marked."
    ) in page


def test_it_counts_in_words_that_agree():
    assert "2 sessions are marked." in shown(a_chart(4, 9, sessions=(MONDAY, MONDAY + timedelta(3))))


def test_a_session_outside_of_the_picture_is_not_spoken_of():
    page = shown(a_chart(4, 9, sessions=(MONDAY - timedelta(3),)))
    assert "session" not in page


def test_its_table_has_the_rows_of_the_picture_and_the_way_to_the_file():
    page = shown(a_chart(4, 9), csv="/progress.csv")
    assert page.count('<th scope="row">') == 2
    assert 'href="/progress.csv"' in page


def test_the_words_of_people_are_printed_as_words():
    page = shown(Chart("<b>&", (Line("<script>", "a", weekly(4, 5)),), TEN, note="<i>"))
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_its_coordinates_do_not_follow_the_language_and_its_numbers_do():
    values = Chart("T", (Line("Alex", "a", weekly(4.5, 6.25)),), TEN)
    with translation.override("de"):
        drawing = draw(values, key="k")
    assert "," not in drawing.strokes[0].way + drawing.left
    assert [row.value for row in drawing.rows] == ["4,5", "6,25"]


@pytest.mark.parametrize(
    ("first", "last", "near", "words"),
    [(4, 5, 1, "about the same"), (4, 6, 1, "higher"), (6, 4, 1, "lower"), (4, 4, 0, "the same"), (4, 5, 0, "higher")],
)
def test_it_compares_without_a_judgement(first, last, near, words):
    assert compared(first, last, near=near) == words


# --- the small one


def test_a_spark_shows_the_latest_six_and_says_them():
    small = spark([1, 17, 18, 20, 19, 21, 23], Scale(0, 27))
    assert small.words == "17 → 23, higher"
    assert small.way.count("L") == 5
    assert render_to_string("exercises/charts/spark.html", {"spark": small}).count('aria-hidden="true"') == 1


def test_a_spark_of_one_value_is_a_number_and_of_none_nothing():
    assert (spark([4], TEN).way, spark([4], TEN).words, spark([], TEN)) == ("", "4", None)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=9))
def test_a_spark_never_leaves_its_box(values):
    steps = [step.split() for step in spark(values, TEN).way[1:].split("L")]
    assert all(3 <= float(x) <= 77 and 3 <= float(y) <= 21 for x, y in steps)


# --- from week to week


def test_the_rhythm_has_a_shape_for_each_thing_that_can_become_of_an_exercise():
    weeks = [Week(MONDAY, done=2, aside=1), Week(MONDAY + timedelta(7), session=1)]
    drawing = draw_rhythm(weeks, key="r")
    assert (drawing.done.count("a4 4"), drawing.aside.count("h8v8h-8z"), drawing.session.count("l5 8h-10z")) == (
        4,
        1,
        1,
    )
    assert drawing.description == "In 2 weeks: 2 finished, 1 set aside, 1 to talk about in the session."
    page = render_to_string("exercises/charts/rhythm.html", rhythm(drawing))
    assert 'aria-labelledby="r-title r-words"' in page
    assert page.count('<th scope="row">') == 2


def test_a_rhythm_of_nothing_is_not_drawn():
    page = render_to_string("exercises/charts/rhythm.html", rhythm(draw_rhythm([Week(MONDAY)], key="r")))
    assert "<svg" not in page
    assert "In 1 week: 0 finished, 0 set aside, 0 to talk about in the session." in page


@given(st.lists(st.builds(Week, st.just(MONDAY), *[st.integers(0, 40)] * 3), max_size=30))
def test_the_dots_of_a_rhythm_stay_in_their_box(weeks):
    drawing = draw_rhythm(weeks, key="r")
    starts = [step.replace("a", " ").replace("h", " ").replace("l", " ").split() for path in
              (drawing.done, drawing.aside, drawing.session) for step in path.split("M")[1:]]  # fmt: skip
    assert all(0 <= float(x) <= 340 and 0 <= float(y) <= float(drawing.base) for x, y, *_ in starts)
    assert len(starts) == sum(min(8, week.done + week.aside + week.session) for week in weeks)


# --- whatever is drawn

DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
NAMES = st.text(max_size=60) | st.sampled_from(["W" * 40, "Maximiliane-Wilhelmine", "あ" * 20, "مريم", "  "])
SCALES = st.sampled_from([TEN, Scale(1, 5), Scale(0, 161), Scale(0, 27, step=1), Scale(-3, 3), Scale(0, 100_000)])
VALUES = st.integers(0, 10) | st.floats(0, 161).map(lambda value: round(value, 2)) | st.just(104.25)
POINTS = st.one_of(
    st.lists(st.builds(Point, DAYS, VALUES), max_size=12),
    st.lists(st.builds(Point, st.just(MONDAY), VALUES), max_size=5),
    st.lists(VALUES, min_size=2, max_size=20).map(lambda values: list(weekly(*values))),
    st.lists(st.just(7), min_size=2, max_size=5).map(lambda values: list(weekly(*values))),
    st.just(list(weekly(*[n % 11 for n in range(300)]))),
).map(tuple)


@st.composite
def charts(draw_from):
    names, both = draw_from(st.tuples(NAMES, NAMES)), draw_from(st.booleans())
    points = draw_from(POINTS)
    lines = [Line(names[0], "a", points)]
    if both:
        lines.append(Line(names[1], "b", draw_from(POINTS | st.just(points))))
    cutoff = draw_from(st.none() | st.builds(Cutoff, VALUES, NAMES, NAMES))
    span = draw_from(st.none() | st.tuples(DAYS, DAYS).map(lambda two: (min(two), max(two))))
    sessions = tuple(draw_from(st.lists(DAYS, max_size=5)))
    band = Band(2, 4, "band", "source")
    return Chart("T", tuple(lines), draw_from(SCALES), cutoff, {"a": band}, sessions, "", span)


@settings(max_examples=400, deadline=None)
@given(charts())
def test_no_label_lies_over_another_or_leaves_the_box(chart):
    labels = draw(chart, key="k").labels
    assert all(is_inside(label, BOX) for label in labels)
    assert not [pair for pair in combinations(labels, 2) if overlap(*pair)]


@settings(deadline=None)
@given(charts())
def test_every_line_that_is_drawn_has_its_last_value_its_name_and_its_first_value(chart):
    drawing = draw(chart, key="k")
    for line in chart.lines if drawing.is_drawn else []:
        of_line = [label for label in drawing.labels if label.mark == line.mark]
        assert len(of_line) == min(len(line.points), 2)


@settings(deadline=None)
@given(charts())
def test_every_value_is_in_the_table_and_in_the_file(chart):
    points = sum(len(line.points) for line in chart.lines)
    assert len(draw(chart, key="k").rows) == points == len(list(table([chart]))) - 1
