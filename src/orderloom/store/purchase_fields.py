"""What purchases can be filtered and sorted by."""

from typing import Final

from orderloom.book.contacts import Contact
from orderloom.store import folding
from orderloom.store.conditions import BEGINNING, Field, Fields, text_of

# What a purchase without a number is called.
NUMBER: Final = "coalesce(o.folded ->> 'number', lower(coalesce(o.number, o.code) collate \"C\"))"
BEGINNING_OF_NUMBER: Final = f'(left({NUMBER}, {BEGINNING}) collate "C")'
_EXTERNAL_ID: Final = folding.expression("o.external_id", "external_id", "o")
_BEGINNING_OF_EXTERNAL_ID: Final = f'(left({_EXTERNAL_ID}, {BEGINNING}) collate "C")'


def _of_some_line(field: Field) -> Field:
    return field._replace(
        within="""exists (select from lines l
                            left join items i on i.tenant_id = l.tenant_id and i.id = l.item_id
                            left join facilities f on f.tenant_id = l.tenant_id and f.id = l.facility_id
                           where l.tenant_id = o.tenant_id and l.order_id = o.id and {})"""
    )


_OF_LINES: Final = {
    "id": Field("l.id", "bigint", nullable=False),
    "item_id": Field("l.item_id", "bigint"),
    "sku": Field("i.sku_folded", "text"),
    "qualifier": Field("coalesce(l.folded ->> 'qualifier', lower(l.qualifier collate \"C\"), '')", "text", False),
    "quantity": Field("l.quantity", "numeric"),
    "price": Field("l.price", "numeric"),
    "facility_id": Field("l.facility_id", "bigint"),
    "facility": Field("f.name_folded", "text"),
    "expected_at": Field("l.expected_at", "timestamptz"),
    "cancel_at": Field("l.cancel_at", "timestamptz"),
    "notes": text_of("l", "notes"),
    "external_id": text_of("l", "external_id"),
}
FIELDS: Final[Fields] = {
    "id": Field("o.id", "bigint", nullable=False),
    "number": Field(NUMBER, "text", nullable=False, beginning=BEGINNING_OF_NUMBER),
    "external_id": Field(
        _EXTERNAL_ID, "text", beginning=_BEGINNING_OF_EXTERNAL_ID, indexed="o.external_id is not null and "
    ),
    "created_at": Field("o.created_at", "timestamptz", nullable=False),
    "modified_at": Field("o.modified_at", "timestamptz", nullable=False),
    "done": Field("(o.state = 'done')", "boolean", nullable=False),
    "issued_at": Field("o.issued_at", "timestamptz"),
    "notes": text_of("o", "notes"),
    "customer.id": Field("o.customer_id", "bigint"),
    "customer.name": Field("c.name_folded", "text"),
    "customer.external_id": Field("c.external_id_folded", "text"),
    "supplier.id": Field("o.supplier_id", "bigint"),
    "supplier.is_address_residential": Field("s.is_address_residential", "boolean"),
    "supplier.address_status": Field("s.address_status", "bigint"),
    "supplier.code": Field("s.code_folded", "text"),
    **{
        f"supplier.{field}": text_of("s", field)
        for field in Contact.__struct_fields__
        if field not in ("id", "customer_id", "is_address_residential", "address_status", "code")
    },
    **{f"lines.{name}": _of_some_line(field) for name, field in _OF_LINES.items()},
}
"""What purchases can be filtered by, and sorted by but for `lines.*`, which hold for some line of a purchase."""
