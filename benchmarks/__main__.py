"""`python3 run.py bench`: one clinic, every page against its floor, growth, and reminders. Always ends with 0."""

import argparse
import os
import signal
import sys
import time
import warnings

import django

from benchmarks.database import own_database


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="interleaved rounds (40)")
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--couples", type=int, default=60)
    parser.add_argument("--reflections", type=int, default=2_000)
    parser.add_argument("--growth", type=int, default=10, help="how many times the history; 1: do not measure (10)")
    parser.add_argument("--profile", metavar="PAGE", help="where the time of one page goes, and nothing else")
    return parser.parse_args()


def main() -> None:
    begin = time.monotonic()
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is dropped
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intimacy_site.settings")
    os.environ.setdefault("DATABASE_POOL", "on")  # as web processes have it
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
    with own_database():
        django.setup()
        from benchmarks.run import run

        run(chosen)
    print(f"\n{time.monotonic() - begin:.0f} s in all.")


if __name__ == "__main__":
    main()
