"""`orderloom contact`: contacts, suppliers among them."""

from typing import Annotated, Final

import typer
from msgspec.structs import replace

from orderloom.book.conditions import ALWAYS
from orderloom.book.contacts import TEXTS, UNCONFIRMED, ContactOf, ContactWithMarkup
from orderloom.book.money import ZERO, written
from orderloom.cli import amounts, cells, importing, listing
from orderloom.cli.cells import Cells, Customers
from orderloom.cli.opening import Data, DatabaseUrl, at_the_desk
from orderloom.desk import contacts

app = typer.Typer(no_args_is_help=True, help="Contacts, suppliers among them.")


@app.command("add")
def add(
    company_name: Annotated[str, typer.Argument(help="The company's name.")],
    code: Annotated[str, typer.Option(help="What the contact is found by.", show_default=False)] = "",
    customer: Annotated[int | None, typer.Option(help="Id of the customer whose contact it is.")] = None,
    name: Annotated[str, typer.Option(help="Whom to ask for.", show_default=False)] = "",
    address: Annotated[str, typer.Option(show_default=False)] = "",
    city: Annotated[str, typer.Option(show_default=False)] = "",
    zip_code: Annotated[str, typer.Option("--zip", show_default=False)] = "",
    country: Annotated[str, typer.Option(help="Two letters.", show_default=False)] = "",
    phone_number: Annotated[str, typer.Option("--phone", show_default=False)] = "",
    email_address: Annotated[str, typer.Option("--email", show_default=False)] = "",
    markup: Annotated[str, typer.Option(help="Of a supplier: its default markup in percent.")] = "0",
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Add a contact; an import takes everything that one can say of itself."""
    contact = ContactWithMarkup(
        customer_id=customer,
        company_name=company_name or None,
        name=name or None,
        address1=address or None,
        city=city or None,
        zip=zip_code or None,
        country=country or None,
        phone_number=phone_number or None,
        email_address=email_address or None,
        code=code or None,
        default_markup=amounts.typed("markup", markup),
    )
    added = at_the_desk(data, database_url, lambda desk, caller: contacts.add(desk, caller, contact))
    typer.echo(f"Added contact {added.id}.")


@app.command("list")
def list_contacts(data: Data = "", database_url: DatabaseUrl = "") -> None:
    """List the contacts."""
    page = at_the_desk(data, database_url, lambda desk, caller: contacts.page(desk, caller, ALWAYS, (), listing.CUT))
    headings = ("Id", "Code", "Company", "Name", "City", "Country", "Customer", "Default markup")
    listing.show_page(headings, page, _row)


@app.command("markup", context_settings=amounts.AS_ARGUMENTS)
def markup(
    contact_id: Annotated[int, typer.Argument(help="The contact's id.")],
    percent: Annotated[str, typer.Argument(help="What its supplies are charged with over their cost, such as 30.")],
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Change the default markup of a supplier; purchases stay as they are."""
    given = amounts.typed("percent", percent)
    kept = at_the_desk(data, database_url, lambda desk, caller: contacts.set_markup(desk, caller, contact_id, given))
    typer.echo(f"Contact {contact_id} has the default markup {written(kept)} %.")


def _contact(row: Cells, customers: Customers) -> ContactWithMarkup:
    status = cells.number(row, "address_status")
    percent = cells.decimal(row, "default_markup")
    texts = ContactWithMarkup(**{column: text for column, text in row.items() if column in TEXTS})  # type: ignore[arg-type]
    return replace(
        texts,
        customer_id=cells.customer_id(row, customers),
        is_address_residential=cells.flag(row, "is_address_residential"),
        address_status=UNCONFIRMED if status is None else status,
        default_markup=ZERO if percent is None else percent,
    )


_IMPORT: Final = importing.Import(
    entry=contacts.ENTRY,
    nouns="contacts",
    about=(
        "Columns: customer_id or customer (its external id), code, company_name, name, title, address1, address2, "
        "city, state, zip, country, phone_number, fax, email_address, dept, is_address_residential (yes or no), "
        "address_status (0 to 2), default_markup (percent, of a supplier). Two contacts of a customer may not have the "
        "same code."
    ),
    columns=(*cells.CUSTOMER, *TEXTS, "is_address_residential", "address_status", "default_markup"),
    required=(),
    record=_contact,
)
importing.offer(app, _IMPORT)


def _row(each: ContactOf) -> tuple[str, ...]:
    contact = each.contact
    texts = (contact.code, contact.company_name, contact.name, contact.city, contact.country, each.customer_name)
    return str(contact.id), *(text or "" for text in texts), written(each.default_markup)
