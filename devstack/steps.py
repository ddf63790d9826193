"""`python -m devstack.steps ONE TWO`: commands of manage.py in one process, as starting Django is slow.

What the last one says goes to the output, what the others say to the error stream.
"""

import sys

import django
from django.core.management import call_command


def main() -> None:
    """Run them in order; the first that fails ends it."""
    *first, last = sys.argv[1:]
    django.setup()
    for name in first:
        call_command(name, stdout=sys.stderr)
    call_command(last)


if __name__ == "__main__":
    main()
