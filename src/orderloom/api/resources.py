"""What orders refer to: the same handlers for each kind of record."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET

from orderloom.api import bodies, filters, replies
from orderloom.api.expansion import Expansion, Expansions
from orderloom.api.filters import Fields
from orderloom.book.records import Wanted, Whole
from orderloom.desk import records as desk
from orderloom.desk.records import Kind
from orderloom.dialects.contract import Call, Reply

R = TypeVar("R", bound=msgspec.Struct)


class Examples(NamedTuple):
    """What can be sent to the demo book: filters, a record to enter, and members to change of the one with this id.

    `is_used`: something refers to that one, so that it cannot be deleted. `their_id` is what the source `erp` calls
    another one, which is used if `theirs_is_used`.
    """

    query: tuple[tuple[str, str], ...]
    new: Mapping[str, Any]
    known_id: int
    change: Mapping[str, Any]
    is_used: bool = True
    their_id: str = ""
    theirs_is_used: bool = True


@dataclass(frozen=True)
class Resource(Generic[R]):
    """A kind of record as it is shown and taken.

    `shown` makes a `shape` of a record; `wanted` says what a `takes` wants of a record as it is, None for a new one.
    `page` is the shape of a part of a list. What others call a record is shown and taken if it is `named`.
    """

    kind: Kind[R]
    noun: str
    plural: str
    about: str
    shape: type[msgspec.Struct]
    page: type[msgspec.Struct]
    takes: type[msgspec.Struct]
    shown: Callable[[Whole[R]], msgspec.Struct]
    wanted: Callable[[Any, R | None], Wanted[R]]
    fields: Fields
    examples: Examples
    expandable: Expansions = field(default_factory=dict)
    searches: bool = True
    named: bool = True

    @property
    def path(self) -> str:
        return f"/v1/{self.plural}"

    @property
    def members(self) -> tuple[str, ...]:
        return self.shape.__struct_fields__

    def expansion(self, member: str) -> Expansion:
        """How those that a member of other records refers to are shown whole."""
        return Expansion(member, self._found)

    async def list(self, call: Call) -> Reply:
        """A part of the records, the newest first unless another order is asked for."""
        asked = filters.asked(
            call, self.fields, members=self.members, expandable=self.expandable, searches=self.searches
        )
        part = await desk.part(call.desk, call.caller, self.kind, asked.where, asked.words, asked.stretch)
        shown = [self.shown(each) for each in part.records]
        return await replies.part(call, asked, shown, part.end, self.page, self.expandable)

    async def create(self, call: Call) -> Reply:
        """Enter a record."""
        filters.only(call)
        given = bodies.decode(call, self.takes)
        new_id = await desk.add(call.desk, call.caller, self.kind, self.wanted(given, None))
        whole = await desk.show(call.desk, call.caller, self.kind, new_id)
        return replies.told(201, self.shown(whole), ("Location", f"{self.path}/{new_id}"))

    async def show(self, call: Call) -> Reply:
        """One record by its id."""
        return await self._show(call, self._id(call))

    async def amend(self, call: Call) -> Reply:
        """Change what is given of a record."""
        return await self._amend(call, self._id(call))

    async def delete(self, call: Call) -> Reply:
        """Delete a record that nothing refers to."""
        return await self._delete(call, self._id(call))

    async def show_by_source(self, call: Call) -> Reply:
        """One record by what another system calls it."""
        return await self._show(call, await self._named_elsewhere(call))

    async def amend_by_source(self, call: Call) -> Reply:
        """The same as `amend`, by what another system calls the record."""
        return await self._amend(call, await self._named_elsewhere(call))

    async def delete_by_source(self, call: Call) -> Reply:
        """The same as `delete`, by what another system calls the record."""
        return await self._delete(call, await self._named_elsewhere(call))

    async def _show(self, call: Call, of: int) -> Reply:
        whole = await desk.show(call.desk, call.caller, self.kind, of)
        return await replies.one(call, self.shown(whole), self.expandable)

    async def _amend(self, call: Call, of: int) -> Reply:
        filters.only(call)
        given = bodies.decode(call, self.takes)

        def change(before: Whole[R]) -> Wanted[R]:
            replies.require(call, self.shown(before))
            return self.wanted(given, before.record)

        return replies.told(200, self.shown(await desk.amend(call.desk, call.caller, self.kind, of, change)))

    async def _delete(self, call: Call, of: int) -> Reply:
        filters.only(call)

        def agree(before: Whole[R]) -> None:
            replies.require(call, self.shown(before))

        await desk.delete(call.desk, call.caller, self.kind, of, agree)
        return Reply(204)

    async def _found(self, call: Call, ids: Collection[int]) -> dict[int, msgspec.Struct]:
        found = await desk.those(call.desk, call.caller, self.kind, ids)
        return {each: self.shown(whole) for each, whole in found.items()}

    def _id(self, call: Call) -> int:
        return replies.id_of(call, self.noun, self.kind.kept.missing)

    async def _named_elsewhere(self, call: Call) -> int:
        name = replies.name_of(call, self.kind.kept.missing)
        return await desk.named_elsewhere(call.desk, call.caller, self.kind, *name)


def said(given: msgspec.Struct, fields: Collection[str]) -> dict[str, Any]:
    """Those of the fields that are given."""
    return {name: value for name in fields if (value := getattr(given, name, UNSET)) is not UNSET}
