"""The words of `run.py`, once the virtual environment stands."""

import signal
import sys

from devstack.console import complain
from devstack.errors import StackError


def _up(words: list[str]) -> int:
    from devstack.up import up

    if words:
        raise StackError("`run.py up` takes no further words.")
    up()
    return 0


def _manage(words: list[str]) -> int:
    from devstack.tasks import manage

    return manage(words)


def _test(words: list[str]) -> int:
    from devstack.tasks import test

    return test(words)


def _bench(words: list[str]) -> int:
    from devstack.tasks import bench

    return bench(words)


def _worlds(words: list[str]) -> int:
    from devstack.tasks import worlds

    return worlds(words)


def _check(words: list[str]) -> int:
    from devstack.checks import check

    return check(words)


WORDS = {"up": _up, "manage": _manage, "test": _test, "bench": _bench, "worlds": _worlds, "check": _check}


def _end(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    """Carry out the word; a StackError is a sentence for a person, not a traceback."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        return WORDS[sys.argv[1]](sys.argv[2:])
    except StackError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
