"""Changes that are made only if the order is as its reader knows it."""

import pytest

from .given import by_source, changed, entered, no_trace, patch, path, pointers, problem

# Each test looks at orders of its own.
ONE_TENANT = True


@pytest.mark.parametrize("header", ['"2"', "*", '"1", "2"', '"x" , "2"', '"2","3"', 'W/"1", "2"'])
async def test_a_change_of_the_version_that_was_read_is_made(v1, header):
    order = await changed(v1, await entered(v1), title="x")

    answer = await patch(v1, order, title="y", headers={"If-Match": header})

    assert (answer.status_code, answer.json()["version"]) == (200, 3)


async def test_several_lines_of_tags_are_one_list(v1, http):
    order = await entered(v1, title="x")

    async def ask(method, *tags, **body):
        at, headers = v1.base_url + path(order), [("Host", v1.host), *tags]
        return (await http.request(method, at, headers=headers, auth=v1.auth, **body)).status_code

    assert await ask("PATCH", ("If-Match", '"1"'), ("If-Match", '"9"'), json={"title": "y"}) == 200
    assert await ask("GET", ("If-None-Match", '"2"'), ("If-None-Match", '"9"')) == 304
    assert await ask("DELETE", ("If-Match", '"1"'), ("If-Match", '"9"')) == 412


STALE = ['"1"', '"3"', "2", 'W/"2"', "", '"22"', '"2', '"02"', "**", '"*"', 'W/"2", "1"', '"-2"', '"2.0"']


async def test_a_change_of_another_version_is_refused(v1, demo_book):
    order = await changed(v1, await entered(v1, external_ids={"sap": "1"}), title="x")

    async with no_trace(demo_book):
        for header in STALE:
            for at in (path(order), path(order["uuid"]), path(order["code"]), by_source("sap", "1")):
                for method, json in (("PATCH", {"title": "y"}), ("DELETE", None)):
                    answer = await v1.request(method, at, json=json, headers={"If-Match": header})
                    problem(answer, 412)
                    assert answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("version", [1, 3, 0, -2, 2**63, -(2**63), 2**64 + 2, 10**30])
async def test_a_body_may_name_the_version(v1, demo_book, version):
    order = await changed(v1, await entered(v1), title="x")

    async with no_trace(demo_book):
        answer = await patch(v1, order, title="y", version=version)
        problem(answer, 412)
        assert answer.headers["ETag"] == '"2"'
        problem(await patch(v1, order, version=version, headers={"If-Match": '"2"'}), 412)
        problem(await patch(v1, order, title="y", version=2, headers={"If-Match": '"1"'}), 412)
    assert (await changed(v1, order, title="y", version=2))["version"] == 3


@pytest.mark.parametrize("version", ["2", 2.5, None, True, [2]])
async def test_a_version_is_a_number(v1, version):
    assert list(pointers(await patch(v1, await entered(v1), title="x", version=version))) == ["/version"]


async def test_a_new_order_has_no_version_to_be_compared(v1):
    assert (await entered(v1, version=7))["version"] == 1


async def test_what_is_not_there_has_no_version(v1):
    problem(await v1.patch(path(99999999), json={}, headers={"If-Match": "*"}), 404)
    problem(await v1.delete(path(99999999), headers={"If-Match": '"1"'}), 404)


@pytest.mark.parametrize("header", [None, '"2"', "*"])
async def test_a_deletion_is_made_of_the_version_that_was_read(v1, header):
    order = await changed(v1, await entered(v1), title="x")

    answer = await v1.delete(path(order), headers={"If-Match": header} if header else None)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    problem(await v1.get(path(order)), 404)
    problem(await v1.delete(path(order)), 404)
    problem(await patch(v1, order, title="x"), 404)


async def test_a_stale_change_can_be_sent_again_for_the_right_version_though_not_with_its_key(v1):
    order = await entered(v1)
    etag = (await v1.get(path(order))).headers["etag"]
    problem(await patch(v1, order, notes="a", headers={"If-Match": '"99"', "Idempotency-Key": "one"}), 412)

    reused = await patch(v1, order, notes="a", headers={"If-Match": etag, "Idempotency-Key": "one"})
    right = await patch(v1, order, notes="a", headers={"If-Match": etag, "Idempotency-Key": "two"})

    assert (reused.status_code, reused.json()["type"]) == (422, "urn:orderloom:problem:key-reused")
    assert (right.status_code, right.json()["notes"]) == (200, "a")
