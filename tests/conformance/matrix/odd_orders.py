"""Orders that one face has entered and whose values another face's own rules would not allow."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final

from tests.conformance.matrix.five import Five, assert_accepted, first_line, full_order
from tests.conformance.matrix.table import EXTENSIV, HOMS, IINSIGHT, INTOUCH, STOCKED, SYNERGIST

LONG: Final = "ž" * 2_000


async def bare_purchase(five: Five) -> int:
    """No customer, no number, no title."""
    return await five.enter(HOMS)


async def bare_general_order(five: Five) -> int:
    return await five.enter(HOMS, type="support_request")


async def order_of_homs(five: Five) -> int:
    """Texts that are empty or long, and a moment between two seconds."""
    data = {"aString": "", "aNumber": 1.5, "aBoolean": False, "aDate": "2024-02-29", "aJson": "[ ]"}
    head = {"external_id": LONG, "process_id": "", "process_state": " ", "done_at": "2016-05-16T10:52:48.999Z"}
    return await five.enter(HOMS, type=STOCKED, data=data, archived=True, state="done", **head)


async def order_without_its_custom_fields(five: Five) -> int:
    """Custom fields that its type does not have any more."""
    order_id = await five.enter(HOMS, type=STOCKED, data={"aString": "kept"})
    await five.change(INTOUCH, order_id, type="purchase_order")
    return order_id


async def purchases_of_one_name(five: Five) -> int:
    """A number that another purchase of the customer has."""
    await five.enter(IINSIGHT, number="Twice")
    return await five.enter(IINSIGHT, number="tWICE")


async def purchase_of_iinsight(five: Five) -> int:
    return await five.enter(IINSIGHT, number="\t" + "n" * 253 + "\n")


async def order_of_intouch(five: Five) -> int:
    """Long texts, an owner whom nobody knows, amounts of any kind, a currency in lower case, attributes of its own."""
    more = {"caseType": 7, "currency": "eur", "ownerUser": "gregor", "totalPrice": Decimal("-1e-30")}
    own = {"locked": "no", "poCost": {"a": [1, None]}, "x" * 200: 10**30, "readOnly": {"closed": True}, "žluť": ""}
    answer = await five.intouch.enter({"name": LONG, "comment": LONG * 5, "branch": -1} | more | own)
    order_id = five.intouch.entered(answer)
    await five.enter_line(INTOUCH, order_id, title=LONG, item=99999999, quantity=Decimal(-1), notes=LONG)
    return order_id


async def purchase_of_intouch(five: Five) -> int:
    """Lines without items, with quantities and prices below nothing, and with a product whom nobody knows."""
    order_id = await five.enter(INTOUCH, title=" \tTitle ", notes="")
    await five.enter_line(INTOUCH, order_id, title=LONG)
    await five.enter_line(INTOUCH, order_id, quantity=Decimal(0), price=Decimal("-0.00001"), unit="", notes="")
    answer = await five.intouch.enter_line(order_id, {"product": 99999999, "quantity": -5, "": 1, "qualifier": "x"})
    assert_accepted(five.intouch, answer)
    return order_id


async def purchase_without_a_customer_but_with_items(five: Five) -> int:
    """Lines whose product is a leftover, because nobody is there whose product it could be."""
    order_id = await five.enter(HOMS)
    await five.enter_line(INTOUCH, order_id, item=1, quantity=Decimal(1))
    return order_id


async def order_of_extensiv(five: Five) -> int:
    """A contact without a code, a moment between two milliseconds, and a qualifier that its item does not have."""
    supplier = {"name": "Jan", "isAddressResidential": True, "addressStatus": 2}
    order_id = await five.enter(EXTENSIV, number="X" * 255, issued_at="1500-01-01T00:00:00.000001+00:00")
    assert_accepted(five.extensiv, await five.extensiv.change(order_id, {"supplier": supplier}))
    line_id = await five.enter_line(EXTENSIV, order_id, item=1, qualifier="Blue", external_id=LONG, notes=" ")
    await five.change_line(INTOUCH, order_id, line_id, item=2)
    return order_id


async def estimate(five: Five) -> int:
    """Texts around which there are blanks, a foreign currency, and amounts below nothing."""
    cost = {"costing estimate_cost": Decimal("-25.5"), "costing currency": "1/EUR"}
    return await five.enter(SYNERGIST, title="  T  ", notes=LONG * 5, supplier_reference=LONG, case=7, **cost)


async def numbered_estimate(five: Five) -> int:
    """A number that Synergist does not show, and no title."""
    order_id = await five.enter(SYNERGIST)
    await five.change(EXTENSIV, order_id, number="N-1")
    await five.change(SYNERGIST, order_id, title=None)
    return order_id


async def promoted_investment(five: Five) -> int:
    order_id = await five.enter(SYNERGIST, **{"costing estimate_cost": Decimal("200.01")}, case=7)
    assert_accepted(five.synergist, await five.synergist.promote(order_id))
    assert_accepted(five.synergist, await five.synergist.invest(order_id, on=True))
    return order_id


async def costly_lines(five: Five) -> int:
    """Lines that come to more than Synergist can show."""
    order_id = await five.enter(IINSIGHT)
    await five.enter_line(INTOUCH, order_id, quantity=Decimal("1e200"), price=Decimal("1e100"))
    return order_id


async def purchase_being_received(five: Five) -> int:
    order_id = await full_order(five)
    await five.tenant.book.open_receipt(order_id)
    return order_id


async def line_that_lost_its_item(five: Five) -> int:
    """A qualifier without an item."""
    order_id = await full_order(five)
    await five.change_line(INTOUCH, order_id, await first_line(five, order_id), item=None)
    return order_id


Enter = Callable[[Five], Awaitable[int]]
ODD_ORDERS: Final[tuple[Enter, ...]] = (
    full_order,
    bare_purchase,
    bare_general_order,
    order_of_homs,
    order_without_its_custom_fields,
    purchases_of_one_name,
    purchase_of_iinsight,
    order_of_intouch,
    purchase_of_intouch,
    purchase_without_a_customer_but_with_items,
    order_of_extensiv,
    estimate,
    numbered_estimate,
    promoted_investment,
    costly_lines,
    purchase_being_received,
    line_that_lost_its_item,
)
