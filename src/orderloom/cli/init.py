"""`orderloom init`: a new book with its first administrator."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from orderloom.book.users import Profile, normal_email
from orderloom.cli.opening import ADMINISTRATOR, Data, DatabaseUrl, Stop, database
from orderloom.desk import founding
from orderloom.desk.desk import Desk
from orderloom.desk.passwords import new_token
from orderloom.store import schema
from orderloom.store.pool import connect

HOMS = "homs"


def init(
    email: Annotated[str, typer.Option(help="E-mail of the first administrator.")] = "admin@example.com",
    first_name: Annotated[str, typer.Option(help="Their first name.")] = "First",
    last_name: Annotated[str, typer.Option(help="Their last name.")] = "Administrator",
    company: Annotated[str, typer.Option(help="Name of the company whose book it is.")] = "Our company",
    data: Data = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Make a new book: first administrator, password and API token, printed once."""
    password = new_token()
    profile = Profile(
        email=email,
        first_name=first_name,
        last_name=last_name,
        company=company,
        department="Administration",
        role="admin",
        password=password,
    )

    async def found(url: str) -> str:
        pool = await connect(url, size=1)
        try:
            return await founding.found_book(Desk(pool), company, profile, ADMINISTRATOR, token_face=HOMS)
        finally:
            await pool.close()

    with database(data, database_url, new=True) as url:
        schema.migrate(url)
        try:
            token = asyncio.run(found(url))
        except founding.AlreadyFounded as error:
            raise Stop("There is a book already; only its schema was brought up to date.") from error
    out = Console(highlight=False)
    out.print("A new book. These are shown only now:")
    for name, value in (("e-mail", normal_email(email)), ("password", password), ("API token", token)):
        out.print(f"  {name:<10} {value}", markup=False, soft_wrap=True)
