"""Finding out the cases, and what a case ID may look like. Source: contract sections 3, 5.4, 7 and 8.

Both versions of the list exist here. What the contract leaves open: an unknown field is left out, `assigned`,
`assigned_open` and `team` are empty (nobody is assigned to a case), and each wrong parameter is 400.
"""

import itertools
import json

import pytest

from .given import (
    CASES,
    CASES_2,
    EMPTY_CASE,
    assert_refused,
    cases,
    codes,
    created,
    ids,
    no_trace,
    query,
)

ALL_FIELDS = "case_n,case_number,case_type,client_name"
BOTH = (CASES, CASES_2)
ANNA = {"case_n": "ACB1", "case_number": "1", "case_type": "client", "client_name": "Demo, Anna"}
BEN = {"case_n": "ACB2", "case_number": "2", "case_type": "client", "client_name": "Demo, Ben"}
CLEO = {"case_n": "ACB3", "case_number": "3", "case_type": "client", "client_name": "Demo, Cleo"}


def inside(body, path):
    """The records of an answer of either version."""
    return body["data"] if path == CASES_2 else body


def criteria(**wanted):
    return "&" + query(search_criteria=json.dumps(wanted))


def demo(found):
    """Those of the codes that belong to the first three cases, in their order."""
    return [code for code in found if code.startswith("ACB")]


async def test_a_stranger_sees_no_cases(iinsight):
    for path in BOTH:
        assert_refused(await iinsight.get(f"{path}?fields=case_n", auth=None), 401, "unauthorized")
        assert_refused(await iinsight.get(path, auth="0" * 40), 401, "invalid_token")


async def test_the_neighbours_cases_are_not_listed(iinsight, demo_book):
    await demo_book.add_case("ONLY-HERE", "Only, Here")

    for path in BOTH:
        ours = inside(await cases(iinsight, path=path), path)
        theirs = inside(await cases(iinsight.neighbour, path=path), path)

        assert {"case_n": "ONLY-HERE"} in ours
        assert {"case_n": "ONLY-HERE"} not in theirs
        assert len(theirs) == 7


async def test_the_list_is_a_bare_array_of_objects_of_texts(iinsight):
    answer = await iinsight.get(f"{CASES}?fields={ALL_FIELDS}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    found = answer.json()
    assert len(found) == 7
    for case in found:
        assert set(case) == set(ALL_FIELDS.split(","))
        assert all(isinstance(value, str) for value in case.values())


async def test_the_demo_cases_are_listed_as_documented(iinsight):
    found = {case["case_number"]: case for case in await cases(iinsight, fields=ALL_FIELDS)}

    assert set(found) == {"1", "2", "3", "4", "5", "6", "7"}
    assert [found["1"], found["2"], found["3"]] == [ANNA, BEN, CLEO]


async def test_the_second_version_wraps_the_array(iinsight):
    body = await cases(iinsight, "&limit=2", path=CASES_2, fields=ALL_FIELDS)

    assert set(body) == {"status", "displayed_records", "total_records", "data"}
    assert body["status"] is True
    assert type(body["displayed_records"]) is int
    assert body["displayed_records"] == len(body["data"]) == 2
    assert body["total_records"] == "7"


async def test_both_versions_list_the_same(iinsight):
    for more in ("", "&sort_col=case_n&sort_type=desc", "&limit=3&page=2&sort_col=case_number", criteria(case_n="ACB")):
        first = await cases(iinsight, more, fields=ALL_FIELDS)
        second = await cases(iinsight, more, path=CASES_2, fields=ALL_FIELDS)
        assert second["data"] == first


async def test_a_case_number_is_the_case_id_of_a_purchase_order(iinsight, demo_book):
    await demo_book.add_case("NEW-1", "New, One")
    (case,) = await cases(iinsight, criteria(case_n="NEW-1"), fields=ALL_FIELDS)

    number = await created(iinsight, "x", case["case_number"])

    assert await ids(iinsight, case["case_number"]) == [number]


async def test_a_new_case_is_listed_with_its_code_and_name(iinsight, demo_book):
    case_id = await demo_book.add_case("Ž-1", "Čapek, Žofie 😀")

    found = await cases(iinsight, criteria(case_n="Ž-1"), fields="case_n,case_number,client_name")

    assert found == [{"case_n": "Ž-1", "case_number": str(case_id), "client_name": "Čapek, Žofie 😀"}]


async def test_listing_cases_leaves_no_trace(iinsight, demo_book):
    async with no_trace(demo_book):
        await cases(iinsight)


async def test_the_fields_are_mandatory(iinsight):
    for path in BOTH:
        for asked in ("", "?fields=", "?fields=%20", "?fields=+", "?page=1"):
            assert_refused(await iinsight.get(f"{path}{asked}"), 400, "missing_parameter")


async def test_only_the_requested_fields_are_returned(iinsight):
    for path in BOTH:
        for fields in ("case_n", "client_name,case_number", "case_type", ALL_FIELDS):
            for case in inside(await cases(iinsight, path=path, fields=fields), path):
                assert set(case) == set(fields.split(","))


async def test_unknown_fields_are_left_out(iinsight):
    for path in BOTH:
        for fields in ("case_n,no_such", "no_such,case_n", "id,case_n,Case_Type,__class__"):
            for case in inside(await cases(iinsight, path=path, fields=fields), path):
                assert set(case) == {"case_n"}


async def test_without_any_known_field_the_list_is_refused(iinsight):
    for path in BOTH:
        for fields in ("no_such", "id,name", "*"):
            assert_refused(await iinsight.get(f"{path}?fields={fields}"), 400, "invalid_parameter")
        assert_refused(await iinsight.get(f"{path}?fields=,"), 400, "invalid_parameter", "missing_parameter")


async def test_a_field_named_twice_is_one_field(iinsight):
    assert {"case_n": "ACB1"} in await cases(iinsight, fields="case_n,case_n")


# Status


async def test_the_status_chooses_open_or_closed_cases(iinsight, demo_book):
    before = {status: set(await codes(iinsight, f"&status={status}")) for status in ("all", "opened", "closed")}

    await demo_book.close_case(2)

    after = {status: set(await codes(iinsight, f"&status={status}")) for status in ("all", "opened", "closed")}
    assert after["all"] == before["all"]
    assert before["opened"] - after["opened"] == {"ACB2"}
    assert after["closed"] - before["closed"] == {"ACB2"}
    assert after["opened"] | after["closed"] == after["all"]
    assert after["opened"] & after["closed"] == set()


async def test_nobody_is_assigned_to_a_case(iinsight):
    for status in ("assigned", "assigned_open", "team"):
        assert await cases(iinsight, f"&status={status}") == []
        body = await cases(iinsight, f"&status={status}", path=CASES_2)
        assert body == {"status": True, "displayed_records": 0, "total_records": "0", "data": []}


async def test_an_unknown_status_is_refused(iinsight):
    for path in BOTH:
        for status in ("open", "no_such", "all,closed", "%00", "%FF"):
            assert_refused(await iinsight.get(f"{path}?fields=case_n&status={status}"), 400, "invalid_parameter")


# Order


async def test_the_list_is_sorted_by_any_known_field(iinsight):
    rising = ["ACB1", "ACB2", "ACB3"]
    for column in ("case_n", "case_number", "client_name"):
        assert demo(await codes(iinsight, f"&sort_col={column}&sort_type=asc")) == rising
        assert demo(await codes(iinsight, f"&sort_col={column}&sort_type=desc")) == rising[::-1]
        assert demo(await codes(iinsight, f"&sort_col={column}&sort_type=DESC")) == rising[::-1]
        assert demo(await codes(iinsight, f"&sort_col={column}&sort_type=Asc")) == rising
        assert demo(await codes(iinsight, f"&sort_col={column}")) == rising
    assert len(await codes(iinsight, "&sort_col=case_type&sort_type=desc")) == 7


async def test_a_list_may_be_sorted_by_a_field_that_is_not_shown(iinsight):
    found = await cases(iinsight, "&sort_col=case_number&sort_type=desc", fields="client_name")

    names = [case["client_name"] for case in found]
    assert [name for name in names if name.startswith("Demo, ")] == ["Demo, Cleo", "Demo, Ben", "Demo, Anna"]


async def test_an_unknown_column_or_direction_is_refused(iinsight):
    for path in BOTH:
        for more in (
            "sort_col=no_such",
            "sort_col=id",
            "sort_col=case_n;drop+table+cases",
            "sort_col=case_n%00",
            "sort_col=%FF",
            "sort_col=case_n&sort_type=up",
            "sort_col=case_n&sort_type=ascending",
            "sort_col=case_n&sort_type=%FF",
        ):
            assert_refused(await iinsight.get(f"{path}?fields=case_n&{more}"), 400, "invalid_parameter")


# Search


async def test_a_search_finds_what_contains_the_text_in_any_case(iinsight):
    assert demo(await codes(iinsight, criteria(client_name="anna"))) == ["ACB1"]
    assert set(demo(await codes(iinsight, criteria(client_name="dEMO")))) == {"ACB1", "ACB2", "ACB3"}
    assert await codes(iinsight, criteria(case_n="b2")) == ["ACB2"]
    assert set(await codes(iinsight, criteria(case_n="acb"))) == {"ACB1", "ACB2", "ACB3"}
    assert await codes(iinsight, criteria(case_number="3")) == ["ACB3"]
    assert await codes(iinsight, criteria(client_name="nobody at all")) == []


async def test_a_search_for_several_texts_finds_each(iinsight):
    assert set(await codes(iinsight, criteria(case_n="ACB1,ACB3"))) == {"ACB1", "ACB3"}
    assert set(demo(await codes(iinsight, criteria(client_name="ANNA,nobody at all,cleo")))) == {"ACB1", "ACB3"}


async def test_a_search_in_several_fields_finds_what_fits_all(iinsight):
    assert await codes(iinsight, criteria(client_name="Demo", case_n="ACB2")) == ["ACB2"]
    assert await codes(iinsight, criteria(client_name="Anna", case_n="ACB2")) == []


async def test_a_search_ignores_the_case_of_every_alphabet(iinsight, demo_book):
    await demo_book.add_case("CZ-1", "Žluťoučký, Kůň")

    assert await codes(iinsight, criteria(client_name="ŽLUŤOUČKÝ")) == ["CZ-1"]


async def test_a_search_has_no_wildcards(iinsight, demo_book):
    await demo_book.add_case("100%_\\", "Odd, One")

    for text in ("%", "_", "\\", "%_", "0%_\\"):
        assert await codes(iinsight, criteria(case_n=text)) == ["100%_\\"]
    for text in ("A%1", "ACB_", "A.*", "'", "' or '1'='1", "^ACB"):
        assert await codes(iinsight, criteria(case_n=text)) == []


async def test_an_empty_search_finds_everything(iinsight):
    assert len(await codes(iinsight, criteria())) == 7


async def test_a_search_counts_in_the_second_version(iinsight):
    body = await cases(iinsight, criteria(case_n="ACB") + "&limit=1", path=CASES_2)

    assert (body["displayed_records"], body["total_records"]) == (1, "3")


async def test_search_criteria_that_are_no_object_of_known_names_are_refused(iinsight):
    for path in BOTH:
        for text in (
            "{",
            "x",
            "null",
            "5",
            "true",
            "[]",
            '"case_n"',
            '[{"case_n":"ACB1"}]',
            "{'case_n':'ACB1'}",
            '{"a":"b"}',
        ):
            answer = await iinsight.get(f"{path}?fields=case_n&{query(search_criteria=text)}")
            assert_refused(answer, 400, "invalid_parameter")
        for text in ('{"case_n":"ACB1","no_such":"x"}', '{"CASE_N":"ACB1"}', '{"case_n":"ACB1"} x'):
            answer = await iinsight.get(f"{path}?fields=case_n&{query(search_criteria=text)}")
            assert_refused(answer, 400, "invalid_parameter")


# Pages


async def test_pages_meet_every_case_once(iinsight):
    whole = await codes(iinsight, "&sort_col=case_number")

    for limit in (1, 2, 3, 7):
        met = [
            code
            for page in range(1, 9)
            for code in await codes(iinsight, f"&sort_col=case_number&limit={limit}&page={page}")
        ]
        assert met == whole


async def test_pages_meet_every_case_once_where_all_sort_alike(iinsight):
    met = [code for page in range(1, 8) for code in await codes(iinsight, f"&sort_col=case_type&limit=1&page={page}")]

    assert sorted(met) == sorted(await codes(iinsight))


async def test_pages_count_from_1(iinsight):
    assert await codes(iinsight, "&sort_col=case_n&limit=2&page=1") == await codes(iinsight, "&sort_col=case_n&limit=2")


async def test_an_empty_page_is_200_without_records(iinsight):
    for path in BOTH:
        for page in (2, 8, 99999):
            body = await cases(iinsight, f"&page={page}", path=path)
            assert inside(body, path) == []
            if path == CASES_2:
                assert (body["status"], body["displayed_records"]) == (True, 0)


async def test_a_page_has_at_most_100_cases(iinsight, demo_book):
    for number in range(100):
        await demo_book.add_case(f"MANY-{number}", f"Many, {number}")

    for path in BOTH:
        for more in ("", "&limit=100", "&limit=101", "&limit=1000", "&limit=999999999"):
            body = await cases(iinsight, more, path=path)
            assert len(inside(body, path)) == 100
            if path == CASES_2:
                assert (body["displayed_records"], body["total_records"]) == (100, "107")
        assert len(inside(await cases(iinsight, "&page=2", path=path), path)) == 7
        assert len(inside(await cases(iinsight, "&page=2&limit=1000", path=path), path)) == 7


async def test_a_page_or_limit_that_is_no_positive_integer_is_refused(iinsight):
    for path, name in itertools.product(BOTH, ("page", "limit")):
        for text in ("0", "-1", "1.5", "abc", "1x", "%2B1", "1e1", "0x1", "１", "٣", "%00", "1%00", "%FF", "null"):
            assert_refused(await iinsight.get(f"{path}?fields=case_n&{name}={text}"), 400, "invalid_parameter")
        assert_refused(await iinsight.get(f"{path}?fields=case_n&{name}=+"), 400, "invalid_parameter")
        assert (await iinsight.get(f"{path}?fields=case_n&{name}=")).status_code == 200, "empty is not given"


# What a case ID may look like


MALFORMED = (
    "0",
    "00",
    "-1",
    "-3",
    "3.0",
    "3e0",
    "0x3",
    "0b11",
    "1_0",
    "abc",
    "ACB3",
    "3x",
    "3,1",
    "%2B3",
    "%203",
    "3%20",
    "3%0A",
    "[3]",
    "null",
    "true",
    "NaN",
    "Infinity",
    "3'--",
    "３",
    "٣",
    "3\u0663",
    "²",
    "½",
    "%00",
    "3%00",
    "%003",
    "%FF",
    "3%FF",
    "%C3%28",
    "%ED%A0%80",
)
HUGE = (
    "2147483648",
    "4294967299",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551619",
    "3" + "0" * 399,
)
CALLS = (
    ("GET", "/api1/purchase_orders?"),
    ("POST", "/api1/purchase_orders/new?purchase_order=x&"),
    ("DELETE", "/api1/purchase_orders/delete?"),
)
EACH_CALL = pytest.mark.parametrize("method, call", CALLS)


async def test_a_missing_empty_or_blank_case_id_is_refused(iinsight, demo_book):
    await created(iinsight)

    for method, call in CALLS:
        async with no_trace(demo_book):
            for asked in (
                "",
                "case_id",
                "case_id=",
                "case_id=+",
                "case_id=%20%20",
                "case_id=%09",
                "case_id[]=3",
                "Case_ID=3",
            ):
                assert_refused(await iinsight.request(method, call + asked), 400, "missing_parameter")


async def test_a_case_id_that_is_no_positive_decimal_integer_is_refused(iinsight, demo_book):
    await created(iinsight)

    for method, call in CALLS:
        async with no_trace(demo_book):
            for text in MALFORMED:
                assert_refused(await iinsight.request(method, f"{call}case_id={text}"), 400, "invalid_parameter")


async def test_a_case_id_beyond_all_cases_is_404_or_400(iinsight, demo_book):
    await created(iinsight)

    for method, call in CALLS:
        async with no_trace(demo_book):
            for text in HUGE:
                answer = await iinsight.request(method, f"{call}case_id={text}")
                assert_refused(answer, 404 if answer.status_code == 404 else 400, "not_found", "invalid_parameter")


async def test_a_case_that_does_not_exist_is_404(iinsight, demo_book):
    for method, call in CALLS:
        async with no_trace(demo_book):
            for case_id in (99999999, 8, 1000):
                assert_refused(await iinsight.request(method, f"{call}case_id={case_id}"), 404, "not_found")


async def test_different_case_ids_in_one_request_are_refused(iinsight, demo_book):
    await created(iinsight)
    await created(iinsight, "x", 1)

    for method, call in CALLS:
        async with no_trace(demo_book):
            for asked in (
                "case_id=3&case_id=1",
                "case_id=1&case_id=3",
                "case_id=3&case_id=",
                "case_id=&case_id=3",
                "case_id=3&case_id=abc",
                "case_id=3&case_id=3&case_id=1",
                "case_id=3&case_id=99999999",
            ):
                answer = await iinsight.request(method, call + asked)
                assert_refused(answer, 400, "invalid_parameter", "missing_parameter")


@EACH_CALL
async def test_the_same_case_id_twice_is_one_case_id(iinsight, method, call):
    await created(iinsight)

    answer = await iinsight.request(method, f"{call}case_id={EMPTY_CASE}&case_id={EMPTY_CASE}")

    assert answer.status_code == 200, answer.text


async def test_a_name_with_a_comma_and_a_blank_is_one_name(iinsight):
    assert await codes(iinsight, criteria(client_name="Demo, Anna")) == ["ACB1"]
    assert await codes(iinsight, criteria(client_name="demo, anna,demo, cleo")) == ["ACB1", "ACB3"]


async def test_a_search_for_too_much_is_refused(iinsight):
    for text in (",".join(["x"] * 21), "x" * 1001):
        answer = await iinsight.get(f"/api1/cases?fields=case_n{criteria(client_name=text)}")
        assert_refused(answer, 400, "invalid_parameter")
