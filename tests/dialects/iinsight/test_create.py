"""Creating a purchase order. Source: contract sections 3 and 5.1."""

from .given import (
    EMPTY_CASE,
    FORM,
    NEW,
    NO_CASE,
    assert_refused,
    create,
    created,
    delete,
    ids,
    in_homs,
    names,
    no_trace,
    parts,
    query,
    records,
)

JOINED = "\U0001f469\u200d\U0001f4bb"
DECOMPOSED = "Za\u0308hler"
RIGHT_TO_LEFT = "\u202eabc\u202c"


async def test_a_stranger_creates_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order=x", auth=None)
        assert_refused(answer, 401, "unauthorized")
        answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order=x", auth="0" * 40)
        assert_refused(answer, 401, "invalid_token")


async def test_the_neighbours_case_takes_no_purchase_order_from_here(iinsight, demo_book):
    ours = await demo_book.add_case("ONLY-HERE", "Only, Here")

    async with no_trace(demo_book):
        assert_refused(await create(iinsight.neighbour, "x", ours), 404, "not_found")
        theirs = await created(iinsight.neighbour, "theirs")

    assert await records(iinsight, ours) == await records(iinsight) == []
    assert await ids(iinsight.neighbour) == [theirs]


async def test_a_creation_answers_200_with_the_text_and_the_number(iinsight):
    answer = await create(iinsight, "PO 1")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert list(body) == ["response", "purchase_order_id"]
    assert body["response"] == "Purchase order created"
    assert type(body["purchase_order_id"]) is int
    assert body["purchase_order_id"] > 0


async def test_the_answered_id_is_the_listed_one(iinsight):
    number = await created(iinsight, "PO 1")

    assert await records(iinsight) == [{"record_id": str(number), "purchase_order": "PO 1"}]


async def test_a_creation_writes_one_order_and_one_event(iinsight, demo_book):
    before = await demo_book.counts()
    events = len(await demo_book.events("order"))

    await created(iinsight)

    assert (await demo_book.counts())["orders"] == before["orders"] + 1
    assert len(await demo_book.events("order")) == events + 1


async def test_ids_rise_over_all_cases_and_are_never_reused(iinsight):
    seen = [number for case_id in range(1, 8) for number in await ids(iinsight, case_id)]
    for case_id in (2, 3, 1, 5, 3):
        seen.append(await created(iinsight, "x", case_id))
        assert seen[-1] == max(seen)
        await delete(iinsight, case_id, purchase_order_id=seen[-1])

    assert len(set(seen)) == len(seen)


async def test_names_need_not_be_unique(iinsight):
    made = [await created(iinsight, "same") for _ in range(3)]
    made_elsewhere = await created(iinsight, "same", 1)

    assert await names(iinsight) == ["same"] * 3
    assert len({*made, made_elsewhere}) == 4


async def test_a_name_that_a_demo_purchase_has_is_taken_again(iinsight):
    await created(iinsight, "012082", 5)

    assert (await names(iinsight, 5)).count("012082") == 2


async def test_a_name_is_stored_exactly_as_sent(iinsight):
    wanted = [
        " leading and trailing  ",
        "two  blanks\tand a tab",
        "a\nb\r\nc",
        "0",
        "null",
        "007",
        "\"quoted\" \\ and 'single'",
        "a&b=c;d#e?f/g%h+i",
        "%41",
        "<b>&amp;</b>",
        "'; drop table orders; --",
        "Žluťoučký kůň",
        "заказ 57",
        "発注",
        JOINED,
        DECOMPOSED,
        RIGHT_TO_LEFT,
        "a\u200bb",
        "\U0010fffd",
        "x" * 255,
    ]
    for name in wanted:
        await created(iinsight, name)

    assert await names(iinsight) == wanted


async def test_non_ascii_text_survives_in_every_encoding_of_the_request(iinsight):
    name = "Žluťoučký kůň 発注 😀"
    fields = {"case_id": "3", "purchase_order": name}

    for sent in ({"data": fields}, {"files": parts(fields)}):
        assert (await iinsight.post(NEW, **sent)).status_code == 200
    assert (await iinsight.post(f"{NEW}?{query(**fields)}")).status_code == 200
    answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order={name.replace(' ', '+')}")
    assert answer.status_code == 200

    assert await names(iinsight) == [name] * 4
    listed = await iinsight.get("/api1/purchase_orders?case_id=3")
    assert listed.content.decode("utf-8")


async def test_the_query_is_url_decoded(iinsight):
    written = {
        "a+b": "a b",
        "a%2Bb": "a+b",
        "a%20b": "a b",
        "a%26b": "a&b",
        "a=b=c": "a=b=c",
        "a;b": "a;b",
        "100%25": "100%",
        "%2541": "%41",
        "%c5%be": "ž",
        "a/b?c": "a/b?c",
        "a,b": "a,b",
        "+x+": " x ",
    }
    for text in written:
        assert (await iinsight.post(f"{NEW}?case_id=3&purchase_order={text}")).status_code == 200, text

    assert await names(iinsight) == list(written.values())


async def test_a_form_is_url_decoded_and_a_multipart_field_is_not(iinsight):
    content = b"case_id=3&purchase_order=a+b%2B%25"
    assert (await iinsight.post(NEW, content=content, headers={"Content-Type": FORM})).status_code == 200
    assert (await iinsight.post(NEW, files=parts({"case_id": "3", "purchase_order": "a+b%2B"}))).status_code == 200

    assert await names(iinsight) == ["a b+%", "a+b%2B"]


async def test_the_case_is_mandatory(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await iinsight.post(f"{NEW}?purchase_order=x"), 400, "missing_parameter")


async def test_the_name_is_mandatory(iinsight, demo_book):
    async with no_trace(demo_book):
        answer = await iinsight.post(f"{NEW}?case_id=3")

    assert_refused(answer, 400, "missing_parameter")
    assert "purchase_order" in answer.json()["error_description"]


async def test_a_blank_name_counts_as_missing(iinsight, demo_book):
    async with no_trace(demo_book):
        for name in ("", " ", "   ", "\t", "\n", "\r\n \t", "\u00a0", "\u3000", "\u2003 "):
            assert_refused(await create(iinsight, name), 400, "missing_parameter")


async def test_a_name_has_up_to_255_characters_counted_as_characters(iinsight):
    wanted = ["x" * 255, "ž" * 255, "\U0001f600" * 255, " " * 254 + "x"]
    for name in wanted:
        assert (await create(iinsight, name)).status_code == 200

    assert await names(iinsight) == wanted


async def test_a_longer_name_is_refused(iinsight, demo_book):
    async with no_trace(demo_book):
        for name in ("x" * 256, "ž" * 256, "\U0001f600" * 256, "x" * 255 + " ", " " * 255 + "x", "x" * 20_000):
            assert_refused(await create(iinsight, name), 400, "invalid_parameter")


async def test_a_case_that_does_not_exist_takes_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await create(iinsight, "x", NO_CASE), 404, "not_found")


async def test_the_number_that_people_see_takes_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await create(iinsight, "x", "ACB3"), 400, "invalid_parameter")


async def test_a_closed_case_still_takes_purchase_orders(iinsight, demo_book):
    await demo_book.close_case(EMPTY_CASE)

    number = await created(iinsight, "late")

    assert await records(iinsight) == [{"record_id": str(number), "purchase_order": "late"}]


async def test_all_three_demo_cases_take_and_give_back_purchase_orders(iinsight):
    for case_id in (1, 2, 3):
        before = await records(iinsight, case_id)
        number = await created(iinsight, "x", case_id)
        assert await ids(iinsight, case_id) == [*(int(each["record_id"]) for each in before), number]
        assert (await delete(iinsight, case_id, purchase_order_id=number)).status_code == 200
        assert await records(iinsight, case_id) == before


async def test_the_parameters_may_come_in_a_form(iinsight):
    answer = await iinsight.post(NEW, data={"case_id": "3", "purchase_order": "form"})

    assert answer.status_code == 200, answer.text
    assert await names(iinsight) == ["form"]


async def test_the_parameters_may_come_as_multipart_form_data(iinsight):
    answer = await iinsight.post(NEW, files=parts({"case_id": "3", "purchase_order": " multipart\nform "}))

    assert answer.status_code == 200, answer.text
    assert await names(iinsight) == [" multipart\nform "]


async def test_query_and_body_complete_one_another(iinsight):
    assert (await iinsight.post(f"{NEW}?case_id=3", data={"purchase_order": "a"})).status_code == 200
    assert (await iinsight.post(f"{NEW}?purchase_order=b", data={"case_id": "3"})).status_code == 200
    assert (await iinsight.post(f"{NEW}?case_id=3", files=parts({"purchase_order": "c"}))).status_code == 200

    assert await names(iinsight) == ["a", "b", "c"]


async def test_the_query_wins_over_the_body(iinsight):
    before = await records(iinsight, 1)
    body = {"case_id": "1", "purchase_order": "body"}

    for sent in ({"data": body}, {"files": parts(body)}):
        answer = await iinsight.post(f"{NEW}?case_id=3&purchase_order=query", **sent)
        assert answer.status_code == 200, answer.text

    assert await names(iinsight) == ["query", "query"]
    assert await records(iinsight, 1) == before


async def test_a_wrong_query_is_not_saved_by_a_good_body(iinsight, demo_book):
    good = {"case_id": "3", "purchase_order": "x"}

    async with no_trace(demo_book):
        assert_refused(await iinsight.post(f"{NEW}?case_id=abc", data=good), 400, "invalid_parameter")
        assert_refused(await iinsight.post(f"{NEW}?case_id=", data=good), 400, "missing_parameter")
        assert_refused(await iinsight.post(f"{NEW}?purchase_order=", data=good), 400, "missing_parameter")
        assert_refused(await iinsight.post(f"{NEW}?case_id={NO_CASE}", data=good), 404, "not_found")


async def test_unknown_parameters_of_a_creation_are_ignored(iinsight):
    answer = await iinsight.post(
        f"{NEW}?case_id=3&purchase_order=x&record_id=1&purchase_order_id=abc&id=5&state=done&case_n=ACB1"
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["purchase_order_id"] not in (1, 5)
    assert await names(iinsight) == ["x"]


async def test_homs_shows_what_was_created_here(iinsight, demo_homs):
    number = await created(iinsight, "PO 1")

    order = await in_homs(demo_homs, number)

    assert order["order_type_code"] == "purchase_order"
    assert order["state"] == "to_execute"
    assert order["archived"] is False
