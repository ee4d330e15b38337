"""What a starting server says to the person in front of it."""

from typing import Final

from rich.console import Console

from orderloom.demo.people import DEMO_CLIENT, DEMO_KEY, DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN, DEMO_USER
from orderloom.server.settings import Settings

FACES: Final = (
    ("HOMS", "/api/orders  /api/users"),
    ("iinsight", "/auth/login  /api1/purchase_orders  /api1/cases"),
    ("Extensiv", "/AuthServer/api/Token  /inventory/pos  /customers"),
    ("Synergist", "/jsonapi/purchases.json"),
    ("InTouch CRM", "/api/buscases  /api/parties  /api/about"),
    ("documentation", "/docs"),
    ("alive, ready", "/health  /ready"),
)


def say(settings: Settings, *, empty: bool) -> None:
    """Print what is served and, for the demo, the credentials and one line to copy."""
    scheme = "https" if settings.tls_cert else "http"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"{scheme}://{host}:{settings.port}"
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"[bold]Orderloom[/bold] on {address}")
    for name, paths in FACES:
        out.print(f"  {name:<13} {address}{paths}")
    if empty:
        out.print("The book is empty: `orderloom init` makes the first administrator.", markup=False)
    if settings.demo:
        out.print("\nDemo credentials", style="bold")
        out.print(f"  user {DEMO_USER}  password {DEMO_PASSWORD}  API token {DEMO_TOKEN}", markup=False)
        out.print(f"  OAuth client {DEMO_CLIENT}  secret {DEMO_SECRET}", markup=False)
        out.print(f"  API key of every face {DEMO_KEY}", markup=False)
        out.print("\nTry it", style="bold")
        insecure = "-k " if settings.tls_cert else ""
        out.print(f"  curl {insecure}-u {DEMO_USER}:{DEMO_TOKEN} {address}/api/orders/ORD-1", markup=False)
        out.print(f"  curl {insecure}-u {DEMO_USER}:{DEMO_PASSWORD} {address}/api/buscases/241", markup=False)
    out.print()
