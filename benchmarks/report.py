"""What is printed."""

from collections.abc import Sequence

from benchmarks.rounds import Cost


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side, the first to the left, the rest to the right."""
    widths = [max(len(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [heads, ["-" * width for width in widths], *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)


def costs(found: list[Cost]) -> str:
    """One line a page."""
    heads = ("page", "CPU ms", "floor ms", "who ms", "queries", "HTML B", "floor B", "x floor", "x who", "budget", "")
    return table(heads, [_cost(cost) for cost in found])


def _cost(cost: Cost) -> tuple[str, ...]:
    budget = cost.page.budget
    words = f"{budget.ratio} x {budget.to}, " if budget.ratio else ""
    words += f"{budget.queries} q"
    words += f", {budget.html:,} B" if budget.html else ""
    misses = cost.misses()
    return (
        cost.page.name, f"{cost.cpu:.2f}", f"{cost.floor:.2f}", f"{cost.who:.2f}", str(len(cost.queries)),
        f"{cost.html:,}", f"{cost.floor_html:,}", f"{cost.to_floor:.2f}", f"{cost.to_who:.2f}", words,
        f"OUT: {', '.join(misses)}" if misses else "in",
    )  # fmt: skip


def calls(found: list[Cost]) -> str:
    """Function calls, for every page; the gates are for some."""
    rows = [
        (
            cost.page.name, f"{cost.calls:,}", f"{cost.c_calls:,}",
            f"{cost.page.budget.calls:,}" if cost.page.budget.calls else "-",
            "" if not cost.page.budget.calls else "OUT" if "calls" in cost.misses() else "in",
        )
        for cost in found
    ]  # fmt: skip
    return table(("page", "Python calls", "C calls", "gate", ""), rows)
