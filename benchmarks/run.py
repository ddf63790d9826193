"""The run itself, once Django is set up: build, measure, grow, measure again, remind."""

import argparse
import cProfile
import os
import platform
import pstats
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from benchmarks import growth, reminders, report
from benchmarks.pages import Page, pages
from benchmarks.rounds import measure
from benchmarks.scene import Scene, Sizes, build
from benchmarks.serving import serve
from benchmarks.sites import sites
from safekeeping import context, walls


def act_as_the_web() -> None:
    """Have every request meet row-level security, as in production; what builds the clinic stays the owner."""
    entered = context.entered

    @contextmanager
    def as_web(*args: Any, **kwargs: Any) -> Iterator[None]:
        with entered(*args, **kwargs), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {walls.WEB}")
            yield

    context.entered = as_web


def run(chosen: argparse.Namespace) -> None:
    """Everything, in a database that is there and empty."""
    try:
        begin = time.monotonic()
        call_command("migrate", verbosity=0)
        act_as_the_web()
        scene = build(Sizes(seed=chosen.seed, couples=chosen.couples, reflections=chosen.reflections))
        print(f"{machine()}\nseed {chosen.seed}; {sizes(scene)}; built in {time.monotonic() - begin:.1f} s\n")
        with sites() as both:
            found = pages(scene, both)
            if chosen.profile:
                profile(next(page for page in found if page.name == chosen.profile))
                return
            costs = measure(found, rounds=chosen.rounds, seed=chosen.seed)
            print(report.costs(costs), report.calls(costs), sep="\n\n")
            if chosen.growth > 1:
                print("", growth.measure(scene, found, costs, times=chosen.growth, rounds=chosen.rounds // 2), sep="\n")
        print("", reminders.measure(scene), sep="\n")
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def machine() -> str:
    """Where the numbers come from."""
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"Django {django.get_version()}, PostgreSQL {connection.pg_version // 10000}; CPU of the web process alone"  # type: ignore[attr-defined]
    )


def sizes(scene: Scene) -> str:
    """What was built."""
    with connection.cursor() as cursor:
        found = []
        for name in ("reflection", "share", "homework", "assignment", "mark", "privatenote", "exercise"):
            cursor.execute(f"select count(*) from exercises_{name}")
            found.append(f"{cursor.fetchone()[0]:,} of exercises_{name}")
    return f"{scene.sizes.couples} couples, " + ", ".join(found)


def profile(page: Page, times: int = 50) -> None:
    """Where the time of one page goes, function by function."""
    for _ in range(3):
        serve(page.product)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(times):
        serve(page.product)
    profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).strip_dirs().sort_stats(order).print_stats(45)
