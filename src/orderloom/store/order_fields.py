"""What orders of any kind can be filtered and sorted by."""

from typing import Final

from orderloom.store.conditions import Field, Fields, text_of

_OF_TYPE: Final = "o.type_id in (select t.id from order_types t where t.tenant_id = o.tenant_id and {})"
_OF_USER: Final = "o.responsible_id in (select u.id from users u where u.tenant_id = o.tenant_id and {})"
_MOMENTS: Final = ("issued_at", "done_at", "estimated_at")
_TEXTS: Final = (
    "number",
    "title",
    "external_id",
    "supplier_reference",
    "notes",
    "price_currency",
    "process_id",
    "process_state",
)


def _of_ascii(column: str, *, within: str = "{}") -> Field:
    """A text that has nothing beside it in `folded`: codes, and names of users, clients and keys."""
    return Field(f'lower({column} collate "C")', "text", nullable=False, within=within, keeps_case=True)


FIELDS: Final[Fields] = {
    "id": Field("o.id", "bigint", nullable=False),
    "code": _of_ascii("o.code"),
    "kind": Field("o.kind", "text", nullable=False),
    "state": Field("o.state", "text", nullable=False),
    "archived": Field("o.archived", "boolean", nullable=False),
    "type": _of_ascii("t.code", within=_OF_TYPE),
    "responsible": Field("u.email", "text", nullable=False, within=_OF_USER, of_one=True),
    "created_by": _of_ascii("o.created_by"),
    "modified_by": _of_ascii("o.modified_by"),
    "created_at": Field("o.created_at", "timestamptz", nullable=False),
    "modified_at": Field("o.modified_at", "timestamptz", nullable=False),
    "required_on": Field("o.required_on", "date"),
    "price_total": Field("o.price_total", "numeric"),
    "version": Field("o.version", "bigint", nullable=False),
    **{field: Field(f"o.{field}", "timestamptz") for field in _MOMENTS},
    **{field: Field(f"o.{field}", "bigint") for field in ("customer_id", "supplier_id", "case_id")},
    **{field: text_of("o", field) for field in _TEXTS},
}
"""`type` is the code of an order's type, `responsible` an e-mail; neither can be sorted by."""
