"""`python -m bench.serve_floor`: the floor on Granian, with the settings with which `orderloom serve` runs it."""

import argparse
import multiprocessing

from granian.constants import Interfaces
from granian.server import Server


def main() -> None:
    """Serve until a signal stops it; the database and the tenant come from the environment."""
    parser = argparse.ArgumentParser(prog="python -m bench.serve_floor")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    multiprocessing.set_start_method("spawn", force=True)
    Server(
        "bench.floor:create",
        factory=True,
        address="127.0.0.1",
        port=asked.port,
        workers=asked.workers,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main()
