"""Who may use what. Source: contract sections 2, 6.5 (order of checks) and 7."""

import asyncio

import pytest

from tests.harness import FaceClient, serving

from .given import (
    BOTH,
    CLIENT,
    DEMO,
    FREE,
    HAL,
    LOCKED,
    NEW,
    NOWHERE,
    ORDERS,
    READABLE,
    RELATED,
    TOKEN,
    WHOLE,
    assert_challenged,
    basic,
    body,
    delete,
    exception,
    is_empty,
    limited,
    listed,
    no_trace,
    page,
    placed,
    put,
    sent,
    shown,
    tag_of,
    token,
)

ENDPOINTS = (
    *(("GET", path, None) for path in READABLE),
    ("POST", ORDERS, NEW),
    ("PUT", f"{ORDERS}/{FREE}", NEW),
    ("DELETE", f"{ORDERS}/{FREE}", None),
)
ABSENT = "0123456789abcdef0123456789abcdef01234567"
NEIGHBOURS = ("customer", "item", "facility", "contact")


async def everywhere_challenged(extensiv, **options):
    """Fails unless every endpoint challenges this caller, whatever the form asked for."""
    tag = await tag_of(extensiv, FREE)
    own = options.pop("headers", {})
    for method, path, record in ENDPOINTS:
        for accept in BOTH:
            headers = accept | {"If-Match": tag} | own
            assert_challenged(await extensiv.request(method, path, json=record, headers=headers, **options))


async def test_a_stranger_is_challenged_at_every_endpoint(extensiv, demo_book):
    async with no_trace(demo_book):
        await everywhere_challenged(extensiv, auth=None)


@pytest.mark.parametrize("kind", ["absent", "neighbour", "shorter", "longer", "homs"])
async def test_a_token_that_is_not_known_is_challenged_at_every_endpoint(extensiv, demo_book, kind):
    tokens = {
        "absent": ABSENT,
        "neighbour": extensiv.neighbour.auth,
        "shorter": extensiv.auth[:-1],
        "longer": f"{extensiv.auth}0",
        "homs": "demo-token",
    }

    async with no_trace(demo_book):
        await everywhere_challenged(extensiv, auth=tokens[kind])


@pytest.mark.parametrize("form", ["", "Bearer", "Bearer{}", "Bearer {} x", "{}", "Token {}", "client", "user"])
async def test_a_malformed_authorization_is_challenged_at_every_endpoint(extensiv, demo_book, form):
    pairs = {"client": ":".join(CLIENT), "user": f"{DEMO}:demo-password"}
    headers = basic(pairs[form]) if form in pairs else {"Authorization": form.format(extensiv.auth)}

    async with no_trace(demo_book):
        await everywhere_challenged(extensiv, headers=headers)


async def test_an_expired_token_is_challenged_at_every_endpoint(extensiv, demo_book):
    old = await token(extensiv)
    await demo_book.desk.pool.execute(
        """update tokens set expires_at = now() - interval '1 second'
            where tenant_id = $1 and created_at = (select max(created_at) from tokens where tenant_id = $1)""",
        demo_book.tenant_id,
    )

    async with no_trace(demo_book):
        await everywhere_challenged(extensiv, auth=old)


async def test_a_token_in_the_query_or_the_body_is_none(extensiv, demo_book):
    async with no_trace(demo_book):
        for name in ("access_token", "token", "Authorization"):
            assert_challenged(await extensiv.get(f"{ORDERS}?{name}={extensiv.auth}", auth=None))
            assert_challenged(await extensiv.post(ORDERS, json=NEW | {name: extensiv.auth}, auth=None))


async def test_the_token_is_looked_at_before_anything_else(extensiv, demo_book):
    async with no_trace(demo_book):
        for path in (f"{ORDERS}/{NOWHERE}", f"{ORDERS}/x", f"{ORDERS}?pgsiz=0", f"{ORDERS}?rql=gorp", "/customers/99"):
            assert_challenged(await extensiv.get(path, auth=None))
        for method, path in (("POST", ORDERS), ("PUT", f"{ORDERS}/{FREE}")):
            for content_type in ("application/json", "text/plain"):
                answer = await extensiv.request(
                    method, path, content="not json", auth=None, headers={"Content-Type": content_type}
                )
                assert_challenged(answer)
        for method in ("PUT", "DELETE"):
            assert_challenged(await extensiv.request(method, f"{ORDERS}/{FREE}", auth=None))


async def test_a_stranger_learns_nothing_about_what_exists(extensiv):
    answers = [await extensiv.get(f"{ORDERS}/{each}", auth=None) for each in (LOCKED, 241, NOWHERE, "x")]

    assert {(answer.status_code, answer.content) for answer in answers} == {(401, b"")}


@pytest.mark.parametrize("word", ["bearer", "BEARER", "bEaReR"])
async def test_the_word_bearer_may_be_written_in_any_case(extensiv, word):
    answer = await extensiv.get(ORDERS, headers={"Authorization": f"{word} {extensiv.auth}"})

    assert answer.status_code == 200


async def test_the_demo_client_may_read_everything(extensiv):
    for path in READABLE:
        assert (await extensiv.get(path)).status_code == 200, path


async def test_the_demo_client_may_write(extensiv):
    order = await placed(extensiv)
    order_id = order["readOnly"]["purchaseOrderId"]

    assert (await put(extensiv, order_id, NEW)).status_code == 200
    assert (await delete(extensiv, order_id)).status_code == 204


async def test_a_token_got_with_a_login_id_may_do_the_same(extensiv):
    answer = await extensiv.post(
        "/AuthServer/api/Token", auth=CLIENT, json={"grant_type": "client_credentials", "user_login_id": "77"}
    )
    extensiv.auth = answer.json()["access_token"]

    assert LOCKED in await listed(extensiv)
    await placed(extensiv)


async def test_a_token_of_another_face_opens_nothing(extensiv, iinsight):
    assert_challenged(await extensiv.get(ORDERS, auth=iinsight.auth))


async def test_a_token_opens_no_other_face(extensiv, iinsight, demo_homs):
    for client, path in ((iinsight, "/api1/purchase_orders?case_id=3"), (demo_homs, "/api/orders")):
        assert (await client.get(path, auth=extensiv.auth)).status_code == 401


async def test_a_token_works_in_every_server_process(extensiv, database_url, http):
    with serving(database_url=database_url) as server:
        elsewhere = FaceClient(server.url, extensiv.host, http, extensiv.auth)
        assert LOCKED in await listed(elsewhere)
        elsewhere.auth = await token(elsewhere)

    extensiv.auth = elsewhere.auth
    assert LOCKED in await listed(extensiv)


# Roles


@pytest.mark.parametrize("accept", BOTH, ids=["hal", "json"])
async def test_a_client_without_a_role_may_not_touch_purchase_orders(extensiv, demo_book, accept):
    bare = await limited(extensiv, demo_book)
    tagged = accept | {"If-Match": await tag_of(extensiv, FREE)}

    async with no_trace(demo_book):
        for path in (ORDERS, f"{ORDERS}/{LOCKED}", f"{ORDERS}/index?ponum=PO-LOCKED&rql=readonly.closed==false"):
            exception(await extensiv.get(path, auth=bare, headers=accept), "AuthorizationException", 403)
        for method, path, record in ENDPOINTS[-3:]:
            answer = await extensiv.request(method, path, json=record, auth=bare, headers=tagged)
            exception(answer, "AuthorizationException", 403)


async def test_a_client_that_may_only_view_reads(extensiv, demo_book):
    extensiv.auth = await limited(extensiv, demo_book, "view")

    assert LOCKED in await listed(extensiv)
    assert (await shown(extensiv, LOCKED))["purchaseOrderNumber"] == "PO-LOCKED"
    assert (await extensiv.get(f"{ORDERS}/index?ponum=PO-LOCKED&rql=readonly.closed==false")).status_code == 200


@pytest.mark.parametrize("method, path, record", ENDPOINTS[-3:], ids=[each[0] for each in ENDPOINTS[-3:]])
async def test_a_client_that_may_only_view_writes_nothing(extensiv, demo_book, method, path, record):
    viewer = await limited(extensiv, demo_book, "view")
    tag = await tag_of(extensiv, FREE)

    async with no_trace(demo_book):
        answer = await extensiv.request(method, path, json=record, auth=viewer, headers=HAL | {"If-Match": tag})
        exception(answer, "AuthorizationException", 403)


async def test_a_client_that_may_edit_writes(extensiv, demo_book):
    tag = await tag_of(extensiv, FREE)
    editor = await limited(extensiv, demo_book, "edit")

    created = await extensiv.post(ORDERS, json=NEW, auth=editor)
    deleted = await extensiv.delete(f"{ORDERS}/{FREE}", auth=editor, headers={"If-Match": tag})

    assert (created.status_code, deleted.status_code) == (201, 204)


async def test_a_client_that_may_view_and_edit_does_both(extensiv, demo_book):
    extensiv.auth = await limited(extensiv, demo_book, "view", "edit")

    order = await placed(extensiv)

    assert order["readOnly"]["purchaseOrderId"] in await listed(extensiv)


async def test_the_roles_of_a_client_are_its_own(extensiv, demo_book):
    await limited(extensiv, demo_book)

    await placed(extensiv)
    assert LOCKED in await listed(extensiv)


# Neighbours


async def test_the_neighbours_order_does_not_exist(extensiv, demo_book):
    theirs = (await placed(extensiv.neighbour, **WHOLE))["readOnly"]["purchaseOrderId"]
    tag = await tag_of(extensiv.neighbour, theirs)

    assert theirs not in await listed(extensiv)
    async with no_trace(demo_book):
        assert is_empty(await extensiv.get(f"{ORDERS}/{theirs}"), 404)
        for each in (tag, "*"):
            answer = await extensiv.put(f"{ORDERS}/{theirs}", json=NEW, headers={"If-Match": each})
            assert is_empty(answer, 404)
            assert is_empty(await extensiv.delete(f"{ORDERS}/{theirs}", headers={"If-Match": each}), 404)
    assert (await shown(extensiv.neighbour, theirs))["purchaseOrderNumber"] == "PO-7001"


async def test_both_neighbours_have_the_demo_order_and_change_only_their_own(extensiv):
    theirs = await shown(extensiv.neighbour, FREE)

    assert (await delete(extensiv, FREE)).status_code == 204

    assert await shown(extensiv.neighbour, FREE) == theirs
    assert is_empty(await extensiv.get(f"{ORDERS}/{FREE}"), 404)


async def test_what_our_neighbour_cannot_see_is_not_counted_there(extensiv):
    before = (await page(extensiv.neighbour, ORDERS))["totalResults"]

    await placed(extensiv)

    assert (await page(extensiv.neighbour, ORDERS))["totalResults"] == before


async def test_the_neighbours_number_is_no_duplicate(extensiv):
    await placed(extensiv.neighbour, purchaseOrderNumber="PO-SAME")

    await placed(extensiv, purchaseOrderNumber="PO-SAME")


async def our_own(book):
    """The paths of one new thing of each kind in this tenant, by kind."""
    customer_id = await book.add_customer("Ours alone")
    return {
        "customer": f"/customers/{customer_id}",
        "item": f"/customers/1/items/{await book.add_item(1, 'OURS')}",
        "facility": f"/properties/facilities/{await book.add_facility('Ours')}",
        "contact": f"/properties/contacts/{await book.add_contact('OURS', 'Ours', 1)}",
    }


async def test_what_belongs_to_a_neighbour_cannot_be_read(extensiv, demo_book):
    paths = await our_own(demo_book)

    for path in paths.values():
        assert (await extensiv.get(path)).status_code == 200, path
        assert is_empty(await extensiv.neighbour.get(path), 404), path
    assert is_empty(await extensiv.neighbour.get(f"{paths['customer']}/items"), 404)


async def test_the_lists_of_a_neighbour_are_its_own(extensiv, demo_book):
    before = [(await page(extensiv.neighbour, path))["totalResults"] for path, _, _ in RELATED]

    await our_own(demo_book)
    await demo_book.open_receipt(FREE)

    assert [(await page(extensiv.neighbour, path))["totalResults"] for path, _, _ in RELATED] == before


@pytest.mark.parametrize("kind", NEIGHBOURS)
async def test_what_belongs_to_a_neighbour_cannot_be_referred_to(extensiv, demo_book, kind):
    number = int((await our_own(demo_book))[kind].rsplit("/", 1)[1])
    references = {
        "customer": {"customerIdentifier": {"id": number}},
        "item": {"lineItems": [{"itemIdentifier": {"id": number}, "quantity": 1}]},
        "facility": {"lineItems": [{"itemIdentifier": {"id": 1}, "quantity": 1, "expectedFacility": {"id": number}}]},
        "contact": {"supplier": {"contactId": number}},
    }

    answer = await extensiv.neighbour.post(ORDERS, json=NEW | references[kind])

    assert exception(answer, "ModelValidationException")["ErrorCode"] == "DoesNotExist"
    body(await extensiv.post(ORDERS, json=NEW | references[kind]), 201)


async def test_a_refused_write_of_a_stranger_is_not_told_about_its_body(extensiv, demo_book):
    async with no_trace(demo_book):
        for content in ("", "not json", "[]", '{"purchaseOrderNumber": 5}'):
            answer = await sent(extensiv, "POST", ORDERS, content, "application/json", {"Authorization": "Bearer x"})
            assert_challenged(answer)


@pytest.mark.parametrize("path", [ORDERS, "/Inventory/pos/index", "/customers/1/items", TOKEN, "/AUTHSERVER/api/token"])
async def test_the_query_is_never_logged(extensiv, published, path):
    mark = f"log-{path.strip('/').replace('/', '-')}"
    for headers in ({}, {"Authorization": "Bearer x"}):
        for method in ("GET", "POST"):
            told = {"X-Request-Id": mark} | headers
            await extensiv.request(method, f"{path}?access_token={mark}-5ecret&secret={mark}-5ecret", headers=told)

    await asyncio.sleep(0.2)
    logged = [line for line in published.output().splitlines() if f'"{mark}"' in line]
    assert len(logged) == 4
    assert f"{mark}-5ecret" not in published.output()
