"""The order types of the demo book. Source: contracts/homs.md section 4."""

from typing import Final

from orderloom.book.types import FieldDefinition, OrderType


def _strings(**labels: str) -> tuple[FieldDefinition, ...]:
    return tuple(FieldDefinition(name, "string", label) for name, label in labels.items())


VACATION_REQUEST: Final = OrderType(
    code="vacation_request",
    name="Vacation Request",
    fields=(
        *_strings(employeeFirstName="First Name", employeeLastName="Last Name", employeeEmail="E-mail"),
        FieldDefinition("beginDate", "datetime", "Begin Date"),
        FieldDefinition("endDate", "datetime", "End Date"),
        *_strings(
            motivationText="Motivation Text",
            resolution="Resolution",
            resolutionText="Resolution Text",
            adjustResult="Adjust Result",
        ),
    ),
)
SUPPORT_REQUEST: Final = OrderType(
    code="support_request",
    name="Support Request",
    fields=_strings(
        requesterName="Requester Name",
        requesterPhone="Requester Phone",
        subject="Subject",
        description="Description",
        resolution="Resolution",
        resolutionText="Resolution Text",
    ),
)
WITHOUT_CUSTOM_FIELDS: Final = OrderType(code="Without custom fields", name="Empty order type")
PIZZA_ORDER: Final = OrderType(
    code="pizza_order",
    name="Pizza Order",
    fields=(
        *_strings(
            customerName="Customer Name",
            customerPhone="Customer Phone",
            pizzaType="Pizza Type",
            orderStatus="Order Status",
        ),
        *(
            FieldDefinition(f"ingredient{name}", "boolean", f"Ingredient {name}")
            for name in ("Cheese", "Salami", "Pepper", "Mushrooms", "Vegetables", "Olives")
        ),
        FieldDefinition("pizzaPrice", "number", "Pizza Price"),
    ),
)
ORDER_TYPES: Final = (VACATION_REQUEST, SUPPORT_REQUEST, WITHOUT_CUSTOM_FIELDS, PIZZA_ORDER)
