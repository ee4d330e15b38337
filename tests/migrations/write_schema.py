"""Writes schema.sql: the sum of the migrations as PostgreSQL itself tells it."""

import subprocess
from pathlib import Path

from orderloom.store import embedded
from orderloom.store.embedded.binaries import wheel_folder
from orderloom.store.schema import migrate
from tests.harness import short_folder

SCHEMA = Path(__file__).parents[2] / "src" / "orderloom" / "store" / "schema.sql"
HEADER = "-- The schema as it is after all migrations. Written by `make schema`; do not edit.\n"
OWN_TABLES = ("_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock")


def dumped(url: str, binaries: Path) -> str:
    """The schema of this database as SQL, without what differs from one dump to the next."""
    exclude = [f"--exclude-table={table}" for table in OWN_TABLES]
    done = subprocess.run(
        [binaries / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", *exclude, url],
        capture_output=True,
        text=True,
        check=True,
    )
    kept = [
        line
        for line in done.stdout.splitlines()
        if line and not line.startswith(("--", "SET ", "SELECT pg_catalog", "\\restrict", "\\unrestrict"))
    ]
    return HEADER + "\n".join(kept) + "\n"


def main() -> None:
    with short_folder() as folder, embedded.serve(folder / "data") as url:
        migrate(url)
        SCHEMA.write_text(dumped(url, wheel_folder() / "bin"))


if __name__ == "__main__":
    main()
