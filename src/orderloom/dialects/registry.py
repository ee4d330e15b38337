"""Every dialect that this server speaks."""

from typing import Final

from orderloom.dialects.contract import Dialect
from orderloom.dialects.homs import HOMS

DIALECTS: Final[tuple[Dialect, ...]] = (HOMS,)
