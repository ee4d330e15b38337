"""Contacts on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orderloom.book.conditions import Condition
from orderloom.book.contacts import TEXTS, Contact, ContactOf, ContactWithMarkup, default_markup
from orderloom.book.errors import ContactNotFound, Fault
from orderloom.book.lists import Cut, Page, Sort
from orderloom.store import entering, folding, searching
from orderloom.store.conditions import Field, text_of
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db, SearchDb
from orderloom.store.records import Kept

_OWN: Final = Contact.__struct_fields__
_COLUMNS: Final = ", ".join(
    [*(f"k.{field}" for field in _OWN), f"{WHOLE_NAME} as customer_name", "c.external_id", "k.default_markup"]
)
_FROM: Final = "contacts k left join customers c on c.tenant_id = k.tenant_id and c.id = k.customer_id"


async def one(db: Db, tenant_id: int, contact_id: int) -> ContactOf:
    """The contact with this id. Raises ContactNotFound."""
    row = await db.fetchrow(_ONE, tenant_id, contact_id)
    if row is None:
        raise ContactNotFound(contact_id)
    return _contact(row)


_ONE: Final = f"select {_COLUMNS} from {_FROM} where k.tenant_id = $1 and k.id = $2"


async def page(db: SearchDb, tenant_id: int, where: Condition, sorts: Sequence[Sort], cut: Cut) -> Page[ContactOf]:
    """A page of the contacts for whom the condition holds, and how many those are."""
    return await searching.page(db, _LISTED, tenant_id, where, sorts, cut, made=_contact)


_LISTED: Final = searching.Listed(
    _COLUMNS,
    _FROM,
    "k",
    {field: text_of("k", field) for field in TEXTS}
    | {
        "id": Field("k.id", "bigint", nullable=False),
        "code": Field("k.code_folded", "text"),
        "customer_id": Field("k.customer_id", "bigint"),
        "customer_name": Field("c.name_folded", "text"),
        "customer_external_id": Field("c.external_id_folded", "text"),
        "is_address_residential": Field("k.is_address_residential", "boolean", nullable=False),
        "address_status": Field("k.address_status", "bigint", nullable=False),
    },
)


async def taken(db: Db, tenant_id: int, codes: Sequence[str]) -> set[tuple[int | None, str]]:
    """Who has contacts with these codes, as they are compared: the customer's id, None for nobody's, and the code."""
    rows = await db.fetch(
        """select k.customer_id, k.code_folded from contacts k
            where k.tenant_id = $1 and k.code_folded = any($2::text[])""",
        tenant_id,
        codes,
    )
    return {(row[0], row[1]) for row in rows}


async def insert(db: Db, tenant_id: int, contact: Contact, at: datetime) -> int:
    """Enter the contact; the id. Raises BadInput if the customer is unknown."""
    return await entering.insert(db, _TABLE, tenant_id, _row(contact, at))


async def insert_many(db: Db, tenant_id: int, contacts: Sequence[Contact], at: datetime) -> list[int]:
    """Enter the contacts; their ids, in the same order. Raises BadInput if a customer is unknown."""
    return await entering.insert_many(db, _TABLE, tenant_id, [_row(each, at) for each in contacts])


async def lock_markup(db: Db, tenant_id: int, contact_id: int) -> Decimal:
    """The contact's default markup, its row locked until the transaction ends. Raises ContactNotFound."""
    markup: Decimal | None = await db.fetchval(
        "select k.default_markup from contacts k where k.tenant_id = $1 and k.id = $2 for no key update",
        tenant_id,
        contact_id,
    )
    if markup is None:
        raise ContactNotFound(contact_id)
    return markup


async def save_markup(db: Db, tenant_id: int, contact_id: int, markup: Decimal) -> None:
    """Write the contact's default markup."""
    await db.execute(
        "update contacts set default_markup = $3 where tenant_id = $1 and id = $2", tenant_id, contact_id, markup
    )


_TABLE: Final = entering.Table(
    "contacts",
    dict.fromkeys(TEXTS, "text")
    | {
        "customer_id": "bigint",
        "is_address_residential": "boolean",
        "address_status": "integer",
        "default_markup": "numeric",
        "code_folded": "text",
        "folded": "jsonb",
        "created_at": "timestamptz",
    },
    {"contacts_customer_fkey": Fault("customer_id", "unknown")},
)


def _row(contact: Contact, at: datetime) -> tuple[Any, ...]:
    texts = {field: getattr(contact, field) for field in TEXTS}
    return (
        *texts.values(),
        contact.customer_id,
        contact.is_address_residential,
        contact.address_status,
        default_markup(contact),
        contact.code and folding.folded_text(contact.code),
        folding.folded(texts.items()),
        at,
    )


def _contact(row: Any) -> ContactOf:
    contact = Contact(**{field: row[field] for field in _OWN})
    return ContactOf(contact, row["customer_name"], row[len(_OWN) + 1], row["default_markup"])


_WHOLE: Final = ContactWithMarkup.__struct_fields__
KEPT: Final = Kept(
    noun="contact",
    table=_TABLE,
    alias="k",
    columns=", ".join(f"k.{field}" for field in _WHOLE),
    fields={
        **{field: known for field, known in _LISTED.fields.items() if not field.startswith("customer_")},
        "customer_id": Field("k.customer_id", "bigint"),
        "default_markup": Field("k.default_markup", "numeric", nullable=False),
        "created_at": Field("k.created_at", "timestamptz", nullable=False),
    },
    made=lambda row: ContactWithMarkup(**{field: row[field] for field in _WHOLE}),
    row=_row,
    missing=ContactNotFound,
    dependents={"orders_supplier_fkey": "orders"},
)
