"""What `orderloom serve` can be told."""

import inspect
from dataclasses import fields

from orderloom.cli.serve import serve
from orderloom.server.settings import Settings


def test_every_setting_is_an_option_of_serve() -> None:
    assert set(inspect.signature(serve).parameters) == {field.name for field in fields(Settings)}
