"""Every dialect that this server speaks."""

from typing import Final

from orderloom.dialects.contract import Dialect
from orderloom.dialects.extensiv import EXTENSIV, EXTENSIV_TOKENS
from orderloom.dialects.homs import HOMS
from orderloom.dialects.iinsight import IINSIGHT, IINSIGHT_TOKENS
from orderloom.dialects.intouch import INTOUCH
from orderloom.dialects.synergist import SYNERGIST

DIALECTS: Final[tuple[Dialect, ...]] = (
    HOMS,
    IINSIGHT,
    IINSIGHT_TOKENS,
    INTOUCH,
    EXTENSIV,
    EXTENSIV_TOKENS,
    SYNERGIST,
)

FACES: Final = frozenset({"v1", *(dialect.name for dialect in DIALECTS)})
"""The names of the faces that an API key may be for; our own is `v1`."""
