"""Schemathesis against the documents of all faces, on a server of the demo book. `make schemathesis` runs all of it."""

import os
import subprocess
import sys
from pathlib import Path

from orderloom.api import API
from orderloom.dialects.registry import DIALECTS

FACES = (API, *DIALECTS)
NAMES = tuple(dict.fromkeys(face.name for face in FACES))
FOLDER = Path(__file__).parent
PROJECT = FOLDER.parent.parent


def probe(server: str, document: str, host: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Have Schemathesis ask whatever the document lets it think of, as a client that calls the server by this host."""
    path = os.pathsep.join(filter(None, (str(PROJECT), str(PROJECT / "src"), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(FOLDER / "schemathesis.toml")),
            *("run", f"{server}{document}", "--url", server, "--header", f"Host:{host}", "--continue-on-failure"),
            *options,
        ],
        env=os.environ | {"PYTHONPATH": path, "PROBED_HOST": host},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
