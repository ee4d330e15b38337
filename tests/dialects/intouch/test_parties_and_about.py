"""The parties that `customer` names, and the sign of life. Source: contract sections 1, 4 and 7."""

from .given import (
    BAKERY,
    DEMO,
    NOWHERE,
    PARTY_ENDPOINTS,
    assert_refusal,
    body,
    no_trace,
    placed,
    problems,
)

PARTY_ATTRIBUTES = {"id", "type", "firstname", "company", "city", "country"}


async def page(intouch, query=""):
    """A page of parties."""
    return body(await intouch.get(f"/api/parties{query}"))


async def ids(intouch, query=""):
    """The ids on a page of parties."""
    return [party["id"] for party in (await page(intouch, query))["items"]]


async def test_a_stranger_sees_no_parties(intouch):
    for _, path, _ in PARTY_ENDPOINTS:
        assert_refusal(await intouch.get(path, auth=None), 401)


async def test_the_neighbours_party_does_not_exist(intouch, demo_book):
    ours = await demo_book.add_customer("Mlékárna")

    assert_refusal(await intouch.neighbour.get(f"/api/parties/{ours}"), 404)
    assert ours not in await ids(intouch.neighbour)
    assert ours in await ids(intouch)


async def test_the_parties_of_the_beginning(intouch):
    parties = await page(intouch)

    assert set(parties) == {"total", "position", "size", "items"}
    assert (parties["total"], parties["position"], parties["size"]) == (3, 0, 20)
    assert [party["id"] for party in parties["items"]] == [1, 2, BAKERY]


async def test_the_bakery_is_an_organisation(intouch):
    party = body(await intouch.get(f"/api/parties/{BAKERY}"))

    assert set(party) >= PARTY_ATTRIBUTES
    assert party["id"] == BAKERY
    assert party["company"] == "Pekárna U Zlatého klasu"
    assert (party["city"], party["country"]) == ("Brno", "CZ")
    assert party["type"].strip()
    assert party["type"] != "INDIVIDUAL"
    assert party["firstname"] is None


async def test_a_party_looks_the_same_alone_and_in_the_list(intouch):
    for party in (await page(intouch))["items"]:
        assert set(party) >= PARTY_ATTRIBUTES
        assert body(await intouch.get(f"/api/parties/{party['id']}")) == party


async def test_every_customer_of_an_order_is_a_party(intouch, demo_book):
    added = await demo_book.add_customer("Mlékárna & synové")
    order = await placed(intouch, customer=added)

    party = body(await intouch.get(f"/api/parties/{order['customer']}"))

    assert party["company"] == "Mlékárna & synové"


async def test_an_unknown_party_is_404(intouch):
    for party in (NOWHERE, 0, -1, "x", "1.0", "%00", "%D9%A1", "9" * 30, "2168a"):
        assert_refusal(await intouch.get(f"/api/parties/{party}"), 404)


async def test_parties_are_paged_and_sorted_like_orders(intouch):
    assert await ids(intouch, "?size=2") == [1, 2]
    assert await ids(intouch, "?size=2&position=2") == [BAKERY]
    assert await ids(intouch, "?desc=true") == [BAKERY, 2, 1]
    assert await ids(intouch, "?orderBy=id&desc=TRUE&size=1") == [BAKERY]
    assert (await page(intouch, "?position=3"))["items"] == []
    assert (await page(intouch, "?position=3"))["total"] == 3
    assert (await page(intouch, "?size=5000"))["size"] == 1000
    assert (await page(intouch, "?size=&position=&foo=bar"))["size"] == 20
    companies = [party["company"] for party in (await page(intouch, "?orderBy=company"))["items"]]
    assert companies == sorted(companies, key=str.casefold)


async def test_a_bad_query_is_refused(intouch):
    for query, field in (
        ("position=-1", "position"),
        ("size=x", "size"),
        ("desc=1", "desc"),
        ("orderBy=a-b", "orderBy"),
    ):
        answer = await intouch.get(f"/api/parties?{query}")
        assert {told for told, _ in problems(answer)} == {field}


async def test_parties_cannot_be_written(intouch, demo_book):
    async with no_trace(demo_book):
        for path in ("/api/parties", f"/api/parties/{BAKERY}"):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answer = await intouch.request(method, path, json={"company": "x"})
                assert_refusal(answer, 405)
                assert "GET" in answer.headers["Allow"]
                assert method not in answer.headers["Allow"]


async def test_about_is_public(intouch):
    for auth in (None, intouch.auth, (DEMO, "wrong"), "no-token"):
        assert body(await intouch.get("/api/about", auth=auth))["mode"] == 100


async def test_about_tells_that_the_system_is_up(intouch):
    about = body(await intouch.get("/api/about", auth=None))

    assert {"crmId", "mode", "partyId", "name", "country", "language", "timeZone", "url", "version"} <= set(about)
    assert about["mode"] == 100
    assert [type(part) for part in about["version"]] == [int] * 4
    for name in ("crmId", "name", "country", "language", "timeZone", "url"):
        assert isinstance(about[name], str)


async def test_about_is_read_only(intouch, demo_book):
    async with no_trace(demo_book):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = await intouch.request(method, "/api/about", json={})
            assert_refusal(answer, 405)
            assert "GET" in answer.headers["Allow"]


async def test_about_answers_head(intouch):
    answer = await intouch.head("/api/about", auth=None)

    assert (answer.status_code, answer.content) == (200, b"")
