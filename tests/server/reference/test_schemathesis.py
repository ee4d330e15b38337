"""No face does anything that its document does not say: the short form of `make schemathesis`."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.given_books import new_tenant
from tests.harness import Server
from tests.probing import NAMES, probe

from orderloom.server.reference.site import document_path

AT_ONCE = 2


@pytest.fixture(scope="session")
async def probed(demo_server: Server, demo_desk):
    """What Schemathesis has to say of each face; each one in a demo book of its own."""
    hosts = {name: (await new_tenant(demo_desk, whole=True))[1] for name in NAMES}
    with ThreadPoolExecutor(AT_ONCE) as runs:
        return {
            name: runs.submit(
                probe, demo_server.url, document_path(name), host, "--max-examples", "5", "--seed", "1"
            ).result
            for name, host in hosts.items()
        }


@pytest.mark.parametrize("name", NAMES)
def test_no_request_is_answered_otherwise_than_the_document_says(name: str, probed) -> None:
    done = probed[name]()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested:" in done.stdout
