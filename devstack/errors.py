"""The one error of this package."""


class StackError(Exception):
    """Something a person must know or do, said in a sentence; shown without a traceback."""
