"""`python -m tests.probing [--max-examples N] [FACE ...]`: the long form, a fresh demo book for each face."""

import argparse
import sys

from orderloom.dialects.description import JSON_TYPE, Media
from orderloom.server.reference.document import told
from orderloom.server.reference.site import document_path
from tests.harness import serving
from tests.probing import FACES, NAMES, probe


def main() -> int:
    """The number of runs with a failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.probing")
    parser.add_argument("faces", nargs="*", default=NAMES, help=f"of {', '.join(NAMES)}; all of them by default")
    parser.add_argument("--max-examples", default="200", help="requests of each kind for each operation")
    given, options = parser.parse_known_args()
    failed = 0
    for name in given.faces:
        for media_type in media_types(name):
            accept = () if media_type == JSON_TYPE else ("--header", f"Accept:{media_type}")
            failed += not passes(name, "--max-examples", given.max_examples, *accept, *options)
    return failed


def passes(name: str, *options: str) -> bool:
    """Whether the face does nothing that its document does not say."""
    with serving("--demo", wrong_tries_account="0", wrong_tries_address="0", log_level="warning") as server:
        host = server.url.removeprefix("http://")
        done = probe(server.url, document_path(name), host, *options)
        print(done.stdout, done.stderr, sep="\n", flush=True)
        if done.returncode:
            print(server.output())
        return not done.returncode


def media_types(name: str) -> list[str]:
    """The representations that the face's successes have."""
    gives = [each.operation.gives for each in told(FACES) if each.face.name == name]
    return [JSON_TYPE, *{kind for shape in gives if isinstance(shape, Media) for kind in shape.shapes} - {JSON_TYPE}]


if __name__ == "__main__":
    sys.exit(main())
