"""Numbers with a point, as an operator types them and a list shows them."""

from decimal import Decimal
from typing import Final

from orderloom.cli import cells
from orderloom.cli.cells import BadCell
from orderloom.cli.opening import Stop

# For a command whose arguments are numbers: what begins with a minus sign is one, and no option.
AS_ARGUMENTS: Final[dict[str, bool]] = {"ignore_unknown_options": True}


def typed(name: str, text: str) -> Decimal:
    """The number that was typed for the argument or option of this name. Raises Stop."""
    try:
        found = cells.decimal({name: text}, name)
    except BadCell as error:
        raise Stop(f"Refused: {error}.") from error
    if found is None:
        raise Stop(f"Refused: {name} is missing.")
    return found
