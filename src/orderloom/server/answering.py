"""An answer is an answer also where it is a refusal."""

from collections.abc import Awaitable

from orderloom.book.errors import Refusal
from orderloom.dialects.contract import Dialect, Refused, Reply


async def answered(face: Dialect, work: Awaitable[Reply]) -> Reply:
    """The reply of the work, or the face's to what it refuses."""
    try:
        return await work
    except Refused as refused:
        return refused.reply
    except Refusal as refusal:
        return face.refuse(refusal)
