"""The examples of the description can be sent as they stand."""

from urllib.parse import quote, urlencode

import pytest

from orderloom.api import API

GROUPS = sorted({operation.group for operation in API.operations})


@pytest.mark.parametrize("group", GROUPS)
async def test_an_example_is_answered_as_it_says(v1, group: str):
    operations = [operation for operation in API.operations if operation.group == group]
    for operation, example in ((each, example) for each in operations for example in each.examples):
        path = example.path + (f"?{urlencode(example.query, quote_via=quote)}" if example.query else "")
        answer = await v1.request(example.method or operation.methods[0], path, json=example.body)
        assert answer.status_code == (example.status or operation.status), (example, answer.text)
