"""Who is let in at a face, and whether they may do what they ask for."""

from orderloom.book.api_keys import READ, WRITE
from orderloom.book.errors import NotAllowed
from orderloom.desk import access
from orderloom.desk.checks import Credentials
from orderloom.dialects.contract import Call, Dialect, Operation, Reply
from orderloom.wire.authorization import api_key


async def let_in(face: Dialect, call: Call) -> Reply | None:
    """Set `call.caller`, or return the refusal. Raises Refusal.

    An API key opens every face; what else does is the face's own affair. Whoever was let in a moment ago is looked for
    first, so that a header is read once in a while and not with each request.
    """
    header = call.header(b"authorization")
    caller = None if header is None else access.recall(call.desk, call.tenant_id, face.name, header)
    if caller is None and header is not None and (key := api_key(header)) is not None:
        given = Credentials(header, "", key, call.origin.address)
        caller = await access.by_api_key(call.desk, call.tenant_id, face.name, given)
    if caller is not None:
        call.caller = caller
    elif refused := await face.authenticate(call):
        return refused
    if call.caller.key_id is not None:
        call.desk.key_uses.note(call.tenant_id, call.caller.key_id)
    return None


def check_right(operation: Operation, call: Call) -> None:
    """Raises NotAllowed if the caller may not do this."""
    caller = call.caller
    if caller.may_read and caller.may_write:
        return
    if operation.writes(call):
        if not caller.may_write:
            raise NotAllowed(WRITE)
    elif not caller.may_read:
        raise NotAllowed(READ)
