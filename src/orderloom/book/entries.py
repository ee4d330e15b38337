"""The events of an order as they are read back, and what each of them tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from orderloom.book.states import Members, first_of

PLACED: Final = "OrderPlaced"
DELETED: Final = "OrderDeleted"
RESTORED: Final = "OrderRestored"
LINE_ENTERED: Final = "LineEntered"
Changes = Mapping[str, Raw]
"""What an event tells, by field."""


class Entry(NamedTuple):
    """An event of an order: who did what through which face, and the version that the order got by it.

    `changes` is JSON text: an object of field -> [from, to]. For a line that was entered or amended by itself the
    fields are those of the line whose id stands under `line`. Else there may stand:

    * under `entered` the fields of each new line, and under `entered_ids` their ids in the same order;
    * under `altered` an object for each line that is different, with its id under `line`;
    * under `removed` the lines that went, whole;
    * under `costing` the fields of what it costs, under `external_ids` what others call it;
    * under `data` the custom fields, under `leftovers` the attributes of the face (of each face where an order was
      restored), and under `nulls` the names of those leftovers that were null rather than absent.

    A deletion changes nothing of this: its version is the one that the order had.
    """

    id: int
    at: datetime
    actor: str
    face: str
    name: str
    version: int
    changes: str


def changes_of(entry: Entry) -> Changes:
    """What the event tells; nothing for a deletion, whose rows are no changes."""
    return {} if entry.name == DELETED else members_of(entry.changes)


def is_of_faces(told: Mapping[str, Raw]) -> bool:
    """True if leftovers are told face by face, rather than those of the face that the event came through."""
    return any(first_of(each) == b"{" for each in told.values())


members_of: Final = msgspec.json.Decoder(Members).decode
"""The members of a JSON object."""
lines_of: Final = msgspec.json.Decoder(list[Members]).decode
"""The members of each object in a JSON array."""
pair_of: Final = msgspec.json.Decoder(tuple[Raw, Raw]).decode
"""From what to what."""
text_of: Final = msgspec.json.Decoder(str | None).decode
id_of: Final = msgspec.json.Decoder(int).decode
ids_of: Final = msgspec.json.Decoder(list[int]).decode
names_of: Final = msgspec.json.Decoder(list[str]).decode
names_by_face_of: Final = msgspec.json.Decoder(dict[str, list[str]]).decode
