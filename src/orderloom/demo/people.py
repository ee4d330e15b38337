"""Who is in the demo book. Source: the "Demo data" sections of the contracts."""

from typing import Final

from orderloom.book.users import Profile

DEMO_USER: Final = "demo@example.com"
DEMO_PASSWORD: Final = "demo-password"  # noqa: S105 - everybody may know it
DEMO_TOKEN: Final = "demo-token"  # noqa: S105
DEMO_KEY: Final = "ol_demo-key-that-everybody-may-know-demos-only"
DEMO_KEY_NAME: Final = "demo"
DEMO_SCOPES: Final = ("*:write",)
DEMO_CLIENT: Final = "demo-client"
DEMO_SECRET: Final = "demo-secret"  # noqa: S105

# The two users of HOMS's page, in the order of their ids.
USERS: Final = (
    Profile(
        email=DEMO_USER,
        first_name="David",
        last_name="Jones",
        company="Example Corporation",
        department="Demonstrations",
        password=DEMO_PASSWORD,
    ),
    Profile(
        email="c.johnson@example.com",
        first_name="Christopher",
        last_name="Johnson",
        company="LLC Tools",
        department="Administrators",
        password=DEMO_PASSWORD,
    ),
)
# The last name sorts behind the others, so that the users page of HOMS comes out as printed.
DISABLED_USER: Final = Profile(
    email="disabled@example.com",
    first_name="Dirk",
    last_name="Zwart",
    company="Example Corporation",
    department="Demonstrations",
    blocked=True,
    password=DEMO_PASSWORD,
)
