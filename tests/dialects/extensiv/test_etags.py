"""Entity tags and the conditions on writes. Source: contract section 6.5; the design's rules on versions."""

import pytest

from .given_writes import (
    FORMS,
    FULL,
    LINE,
    LOCKED,
    NEW,
    NOWHERE,
    PLAIN,
    POS,
    body,
    changed,
    delete,
    entered,
    fault,
    homs_changed,
    in_use,
    intouch_changed,
    intouch_item,
    is_empty,
    items_of,
    no_trace,
    order_id,
    path,
    post,
    put,
    read,
    sent,
    shown,
    tag_of,
    timeless,
    under,
)

OTHERS = '"some-other-tag"'
BAD = {"purchaseOrderNumber": None}


def bare(tag):
    return tag.removeprefix("W/").strip('"')


FORMS_OF_A_MATCH = {
    "strong": lambda tag: tag,
    "weak": lambda tag: f"W/{tag}",
    "bare": bare,
    "weak and bare": lambda tag: f"W/{bare(tag)}",
    "list": lambda tag: f'{tag}, "other"',
    "end of a list": lambda tag: f'"other", {tag}',
    "list without blanks": lambda tag: f'"other",{tag},"third"',
    "weak in a list": lambda tag: f'W/"other", W/{tag}',
    "star": lambda _: "*",
}
FORMS_OF_NO_MATCH = (OTHERS, f"W/{OTHERS}", "some-other-tag", "W/some-other-tag", '"a", "b"', 'W/"a",W/"b"', '""')


async def test_reads_and_writes_carry_a_strong_quoted_tag(extensiv):
    created = await post(extensiv, NEW)
    number = order_id(created.json())
    answers = [
        created,
        await extensiv.get(path(number)),
        await put(extensiv, number, NEW, "*"),
        await extensiv.get(POS),
    ]

    for answer in answers:
        tag = answer.headers["ETag"]
        assert tag.startswith('"')
        assert tag.endswith('"')
        assert len(tag) > 2
        assert '"' not in tag[1:-1]
        assert "," not in tag[1:-1]


async def test_two_reads_with_no_change_between_have_one_tag_in_either_form(extensiv):
    order = await entered(extensiv, **FULL)

    tags = {(await read(extensiv, order_id(order), accept))[1] for accept in (*FORMS, *FORMS)}

    assert len(tags) == 1


async def test_a_write_answers_the_same_tag_in_either_form(extensiv):
    for accept in FORMS:
        answer = await post(extensiv, NEW | {"purchaseOrderNumber": accept}, accept)
        number = order_id(answer.json())
        assert answer.headers["ETag"] == await tag_of(extensiv, number)
        answer = await put(extensiv, number, NEW | {"purchaseOrderNumber": accept}, "*", accept)
        assert answer.headers["ETag"] == await tag_of(extensiv, number)


async def test_the_tag_of_one_form_serves_the_other(extensiv):
    order = await entered(extensiv)
    _, tag = await read(extensiv, order_id(order), PLAIN)

    assert (await put(extensiv, order_id(order), NEW, tag)).status_code == 200


async def test_tags_of_a_creation_and_of_updates_can_be_used_at_once(extensiv):
    answer = await post(extensiv, NEW)
    number, tags = order_id(answer.json()), [answer.headers["ETag"]]
    for count in range(4):
        answer = await put(extensiv, number, NEW | {"notes": f"{count}"}, tags[-1])
        assert answer.status_code == 200
        tags.append(answer.headers["ETag"])

    assert len(set(tags)) == 5
    assert is_empty(await delete(extensiv, number, tags[-1]), 204)


async def test_an_update_that_alters_nothing_has_a_new_tag(extensiv):
    order = await entered(extensiv)
    tags = [await tag_of(extensiv, order_id(order))]
    for _ in range(3):
        tags.append((await put(extensiv, order_id(order), NEW, tags[-1])).headers["ETag"])

    assert len(set(tags)) == 4


async def test_a_refused_update_leaves_the_tag(extensiv):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))

    for record, given in ((BAD, tag), (NEW, OTHERS), (NEW, None), (NEW | {"purchaseOrderNumber": "PO-LOCKED"}, tag)):
        assert (await put(extensiv, order_id(order), record, given)).status_code in (400, 412, 428)

    assert await tag_of(extensiv, order_id(order)) == tag


async def test_a_write_to_one_purchase_leaves_the_tag_of_another(extensiv):
    order, other = await entered(extensiv), await entered(extensiv, purchaseOrderNumber="OTHER")
    tag = await tag_of(extensiv, order_id(order))

    await changed(extensiv, order_id(other), notes="x")

    assert await tag_of(extensiv, order_id(order)) == tag


# If-Match


@pytest.mark.parametrize("form", FORMS_OF_A_MATCH)
async def test_every_form_of_a_matching_tag_is_accepted(extensiv, form):
    write = FORMS_OF_A_MATCH[form]
    order = await entered(extensiv)

    tag = await tag_of(extensiv, order_id(order))
    answer = await put(extensiv, order_id(order), NEW | {"notes": form}, write(tag))
    assert body(answer)["notes"] == form
    assert is_empty(await delete(extensiv, order_id(order), write(answer.headers["ETag"])), 204)


@pytest.mark.parametrize("tag", FORMS_OF_NO_MATCH)
async def test_a_tag_that_does_not_match_is_412(extensiv, demo_book, tag):
    order = await entered(extensiv)

    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, order_id(order), NEW, tag), 412)
        assert is_empty(await delete(extensiv, order_id(order), tag), 412)


@pytest.mark.parametrize("form", sorted(set(FORMS_OF_A_MATCH) - {"star"}))
async def test_a_stale_tag_is_412_in_every_form(extensiv, demo_book, form):
    order = await entered(extensiv)
    stale = FORMS_OF_A_MATCH[form](await tag_of(extensiv, order_id(order)))
    await changed(extensiv, order_id(order), notes="newer")

    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, order_id(order), NEW, stale), 412)
        assert is_empty(await delete(extensiv, order_id(order), stale), 412)
    assert (await shown(extensiv, order_id(order)))["notes"] == "newer"


async def test_a_part_of_a_tag_is_not_the_tag(extensiv, demo_book):
    order = await entered(extensiv)
    inner = bare(await tag_of(extensiv, order_id(order)))

    async with no_trace(demo_book):
        for tag in (f'"{inner}x"', f'"x{inner}"', f"{inner}0", f'"{inner[:-1]}"', f'"{inner} "', f'"*{inner}"'):
            assert is_empty(await put(extensiv, order_id(order), NEW, tag), 412)


async def test_a_write_without_a_condition_is_428(extensiv, demo_book):
    order = await entered(extensiv)

    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, order_id(order), NEW, None), 428)
        assert is_empty(await delete(extensiv, order_id(order), None), 428)


@pytest.mark.parametrize("tag, status", [("", 428), (",", 412), (", ,", 412)])
async def test_an_empty_condition_is_none_and_an_empty_list_does_not_match(extensiv, demo_book, tag, status):
    order = await entered(extensiv)

    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, order_id(order), NEW, tag), status)
        assert is_empty(await delete(extensiv, order_id(order), tag), status)


@pytest.mark.parametrize(
    "tag", ['"', 'W/"', "W/", '"a', "w/*", '"*"', "*, *", '"a""b"', "x" * 5000, '"a", ' * 500 + "b"]
)
async def test_a_condition_that_is_no_tag_does_not_match(extensiv, demo_book, tag):
    order = await entered(extensiv)

    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, order_id(order), NEW, tag), 412)
        assert is_empty(await delete(extensiv, order_id(order), tag), 412)


async def test_a_creation_minds_no_condition(extensiv):
    answer = await extensiv.post(POS, json=NEW, headers={"If-Match": OTHERS})

    assert answer.status_code == 201


# The order of checks


async def test_who_is_refused_learns_nothing_of_the_rest(extensiv, demo_book):
    async with no_trace(demo_book):
        for number in (NOWHERE, LOCKED):
            for tag in (None, OTHERS, "*"):
                answer = await extensiv.put(path(number), content=b"{", headers=under(tag), auth=None)
                assert is_empty(answer, 401)
                assert is_empty(await extensiv.delete(path(number), headers=under(tag), auth=None), 401)


async def test_an_unknown_purchase_comes_before_the_condition_and_the_body(extensiv):
    for tag in (None, OTHERS, "*"):
        assert is_empty(await put(extensiv, NOWHERE, BAD, tag), 404)
        assert is_empty(await delete(extensiv, NOWHERE, tag), 404)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"purchaseOrderNumber":null}', b'{"lineItems":5}'])
async def test_the_condition_comes_before_the_body(extensiv, demo_book, content):
    async with no_trace(demo_book):
        assert is_empty(await sent(extensiv, "PUT", path(LOCKED), content, tag=None), 428)
        assert is_empty(await sent(extensiv, "PUT", path(LOCKED), content, tag=OTHERS), 412)
        assert fault(await sent(extensiv, "PUT", path(LOCKED), content, tag=await tag_of(extensiv, LOCKED)))


async def test_the_condition_comes_before_the_open_receipt(extensiv, demo_book):
    async with no_trace(demo_book):
        assert is_empty(await delete(extensiv, LOCKED, None), 428)
        assert is_empty(await delete(extensiv, LOCKED, OTHERS), 412)
        assert in_use(await delete(extensiv, LOCKED, await tag_of(extensiv, LOCKED)))


async def test_a_stale_tag_comes_before_a_duplicate_number(extensiv):
    order = await entered(extensiv)
    record = NEW | {"purchaseOrderNumber": "PO-LOCKED"}

    assert is_empty(await put(extensiv, order_id(order), record, OTHERS), 412)
    assert fault(await put(extensiv, order_id(order), record, "*"))[0] == "Duplicate"


# If-None-Match


@pytest.mark.parametrize("form", ["strong", "weak", "list", "end of a list", "star"])
@pytest.mark.parametrize("accept", FORMS)
async def test_a_purchase_that_is_known_is_304(extensiv, accept, form):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))
    given = {"If-None-Match": FORMS_OF_A_MATCH[form](tag), "Accept": accept}

    answer = await extensiv.get(path(order_id(order)), headers=given)

    assert is_empty(answer, 304)
    assert answer.headers["ETag"] == tag


async def test_a_purchase_that_changed_is_read_again(extensiv):
    order = await entered(extensiv)
    stale = await tag_of(extensiv, order_id(order))
    await changed(extensiv, order_id(order), notes="newer")

    answer = await extensiv.get(path(order_id(order)), headers={"If-None-Match": stale})

    assert answer.status_code == 200
    assert answer.json()["Notes"] == "newer"
    assert answer.headers["ETag"] != stale


async def test_a_list_is_304_until_a_write_changes_it(extensiv):
    order = await entered(extensiv)
    query = f"{POS}?rql=customeridentifier.id==1"
    first = await extensiv.get(query)
    known = {"If-None-Match": first.headers["ETag"]}
    assert is_empty(await extensiv.get(query, headers=known), 304)

    await changed(extensiv, order_id(order), notes="newer")
    second = await extensiv.get(query, headers=known)
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    await delete(extensiv, order_id(order))
    third = await extensiv.get(query, headers={"If-None-Match": second.headers["ETag"]})
    assert third.status_code == 200
    assert third.headers["ETag"] not in (first.headers["ETag"], second.headers["ETag"])


# Writes of other faces


async def through_homs(homs, intouch, number):
    await homs_changed(homs, number, ext_code="X-1")


async def through_homs_without_effect(homs, intouch, number):
    await homs_changed(homs, number, archived=False)


async def through_intouch(homs, intouch, number):
    await intouch_changed(intouch, number, name="A title")


async def by_a_new_item(homs, intouch, number):
    await intouch_item(intouch, number)


async def by_a_changed_item(homs, intouch, number):
    item = (await intouch.get(items_of(number))).json()["items"][0]["id"]
    answer = await intouch.patch(items_of(number, item), json={"unit": "kg"})
    assert answer.status_code == 200


OTHER_WRITES = (through_homs, through_homs_without_effect, through_intouch, by_a_new_item, by_a_changed_item)


@pytest.mark.parametrize("write", OTHER_WRITES)
async def test_a_write_through_another_face_makes_the_tag_stale(extensiv, demo_homs, intouch, write):
    order = await entered(extensiv, lineItems=[LINE])
    stale = await tag_of(extensiv, order_id(order))

    await write(demo_homs, intouch, order_id(order))

    assert is_empty(await put(extensiv, order_id(order), NEW, stale), 412)
    assert is_empty(await delete(extensiv, order_id(order), stale), 412)
    fresh = await tag_of(extensiv, order_id(order))
    assert fresh != stale
    assert (await put(extensiv, order_id(order), NEW, fresh)).status_code == 200


async def test_an_item_write_moves_the_tag_and_not_the_time_of_change(extensiv, intouch):
    order = await entered(extensiv, lineItems=[LINE])
    tag = await tag_of(extensiv, order_id(order))

    item = await intouch_item(intouch, order_id(order))
    await intouch.patch(items_of(order_id(order), item["id"]), json={"note": "x"})

    after, fresh = await read(extensiv, order_id(order))
    assert fresh != tag
    assert after["readOnly"] == order["readOnly"]
    assert timeless(after)["lineItems"][0] == order["lineItems"][0]


async def test_a_read_through_another_face_leaves_the_tag(extensiv, demo_homs, intouch):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))

    await intouch.get(f"/api/buscases/{order_id(order)}")
    await demo_homs.get("/api/orders?page_size=1000")

    assert await tag_of(extensiv, order_id(order)) == tag


async def test_a_write_here_is_a_write_there(extensiv, intouch):
    order = await entered(extensiv)
    before = (await intouch.get(f"/api/buscases/{order_id(order)}")).json()

    await changed(extensiv, order_id(order), notes="newer")

    after = (await intouch.get(f"/api/buscases/{order_id(order)}")).json()
    assert after["modified"] >= before["modified"]
    assert after["comment"] == "newer"


async def test_the_list_of_customers_is_not_304_when_a_facility_that_it_shows_is_another(extensiv, demo_book):
    first = await extensiv.get("/customers")
    known = {"If-None-Match": first.headers["ETag"]}
    assert is_empty(await extensiv.get("/customers", headers=known), 304)

    await demo_book.add_facility("Another hall")

    second = await extensiv.get("/customers", headers=known)
    assert second.status_code == 200
    assert "Another hall" in second.text
    assert second.headers["ETag"] != first.headers["ETag"]
