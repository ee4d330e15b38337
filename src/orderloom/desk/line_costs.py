"""The cost of a purchase follows its lines until somebody enters one."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from orderloom.book import costing as book
from orderloom.book import lines
from orderloom.book.costing import Costing
from orderloom.book.lines import Line
from orderloom.book.money import ONE, ZERO
from orderloom.store import costing as store
from orderloom.store.costing import BehindLines, Costs


class Followed(NamedTuple):
    """What to write of the costs, and what history tells of them: nothing if they stay."""

    costs: Costs = Costs()
    told: Mapping[str, Any] = {}


def of_new(entered: Iterable[Line]) -> Followed:
    """The costs of a new purchase with these lines, which is charged to no job."""
    return after(_NEW, entered)


# No version: the purchase gets its first one with its costs.
_NEW: Final = BehindLines(0, True, ONE, ZERO, Costing())


def after(behind: BehindLines, changed: Iterable[Line]) -> Followed:
    """What becomes of the costs when the order has these lines besides those that `behind` counts."""
    if not behind.is_purchase:
        return Followed(Costs(behind.version))
    total = lines.total(changed, besides=behind.total)
    costing = book.from_lines(behind.costing, total, job_rate=behind.job_rate)
    differing = book.changes(behind.costing, costing)
    told = {"costing": differing} if differing else {}
    return Followed(Costs(behind.version, store.changed(costing, differing)), told)
