"""Lists in the order that is asked for. Source: contract sections 5.4 and 5.1."""

import pytest

from .given_lists import DEMO, HAL, POS, entered, ids_of, is_refused, page_at, query, stocked, walked

BY_ID = ["d229", "d233", "d375", "locked", "bare", "full", "noon", "second", "closed", "odd"]
BY_NUMBER = ["d229", "d375", "odd", "d233", "bare", "closed", "full", "locked", "noon", "second"]
BY_ISSUE = ["d229", "d233", "d375", "locked", "bare", "odd", "second", "full", "noon", "closed"]
BY_CUSTOMER = ["locked", "bare", "full", "noon", "closed", "odd", "d229", "d233", "d375", "second"]
BY_CUSTOMER_ID_DOWN = ["d229", "d233", "d375", "second", "locked", "bare", "full", "noon", "closed", "odd"]


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Ten purchases of every kind."""
    return await stocked(desk, http, published)


@pytest.mark.parametrize(
    "sort, expected",
    [
        ("readonly.purchaseorderid", BY_ID),
        ("-readonly.purchaseorderid", BY_ID[::-1]),
        ("purchaseordernumber", BY_NUMBER),
        ("-purchaseordernumber", BY_NUMBER[::-1]),
        ("issuedate", BY_ISSUE),
        ("customeridentifier.id", BY_CUSTOMER),
        ("-customeridentifier.id", BY_CUSTOMER_ID_DOWN),
        ("customeridentifier.name", BY_CUSTOMER),
    ],
)
async def test_a_list_comes_in_the_order_asked_for(stock, sort, expected):
    assert await stock.in_order(sort=sort) == expected


async def test_of_values_alike_the_lower_id_comes_first(stock):
    assert await stock.in_order(sort="readonly.closed") == [each for each in BY_ID if each != "closed"] + ["closed"]
    assert await stock.in_order(sort="-readonly.closed") == ["closed"] + [each for each in BY_ID if each != "closed"]


async def test_what_has_no_value_comes_first_ascending_and_last_descending(stock):
    without = ["d229", "d233", "d375", "locked", "bare", "odd"]

    assert await stock.in_order(sort="issuedate") == [*without, "second", "full", "noon", "closed"]
    assert await stock.in_order(sort="-issuedate") == ["closed", "noon", "full", "second", *without]
    assert (await stock.in_order(sort="externalid"))[-4:] == ["full", "second", "noon", "odd"]
    assert (await stock.in_order(sort="-externalid"))[:4] == ["odd", "noon", "second", "full"]


async def test_a_customer_without_external_id_comes_first(stock):
    expected = ["d229", "d233", "d375", "second", "locked", "bare", "full", "noon", "closed", "odd"]

    assert await stock.in_order(sort="customeridentifier.externalid") == expected


async def test_without_a_supplier_its_members_have_no_value(stock):
    found = await stock.in_order(sort="-supplier.code")

    assert found == ["locked", "noon", "closed", "full", "d229", "d233", "d375", "second", "bare", "odd"]
    assert (await stock.in_order(sort="-supplier.addressstatus"))[0] == "full"
    assert set((await stock.in_order(sort="-supplier.addressstatus"))[-2:]) == {"bare", "odd"}


async def test_texts_are_ordered_without_their_case(extensiv):
    texts = ["delta", "Alpha", "charlie", "BRAVO", "echo"]
    ids = [await entered(extensiv, notes=text) for text in texts]

    page = await page_at(extensiv, POS + query(sort="notes", rql="notes=hv=true"))
    assert ids_of(page) == [ids[each] for each in (1, 3, 2, 0, 4)]
    page = await page_at(extensiv, POS + query(sort="-notes", rql="notes=hv=true"))
    assert ids_of(page) == [ids[each] for each in (4, 0, 2, 3, 1)]


async def test_texts_that_differ_in_case_only_are_alike(extensiv):
    ids = [await entered(extensiv, notes=text) for text in ("same", "SAME", "Same")]

    for sort in ("notes", "-notes"):
        assert ids_of(await page_at(extensiv, POS + query(sort=sort, rql="notes==same"))) == ids


async def test_texts_of_digits_are_ordered_as_texts(extensiv):
    ids = [await entered(extensiv, externalId=text) for text in ("10", "9", "100")]

    page = await page_at(extensiv, POS + query(sort="externalid", rql="externalid=hv=true"))
    assert ids_of(page) == [ids[0], ids[2], ids[1]]


async def test_the_shown_number_decides_also_where_it_is_the_order_code(stock):
    found = await stock.in_order(sort="purchaseordernumber", rql="customeridentifier.id==2")

    assert found == ["d229", "d375", "d233", "second"]


async def test_fractions_of_a_second_count(extensiv):
    moments = ["2024-01-01T00:00:00.5", "2024-01-01", "2024-01-01T00:00:00.25"]
    ids = [await entered(extensiv, issueDate=moment) for moment in moments]

    page = await page_at(extensiv, POS + query(sort="issuedate", rql="issuedate=hv=true"))
    assert ids_of(page) == [ids[1], ids[2], ids[0]]


@pytest.mark.parametrize(
    "sort, expected",
    [
        ("customeridentifier.id,-readonly.purchaseorderid", [*BY_CUSTOMER[5::-1], *BY_CUSTOMER[:5:-1]]),
        ("-customeridentifier.id,purchaseordernumber", ["d229", "d375", "d233", "second", "odd", "bare"]),
        ("readonly.closed,customeridentifier.id,-purchaseordernumber", ["noon", "locked", "full", "bare", "odd"]),
        ("-readonly.closed,issuedate,-purchaseordernumber", ["closed", "locked", "bare", "d233", "odd", "d375"]),
        ("-issuedate,-readonly.purchaseorderid", ["closed", "noon", "full", "second", "odd", "bare", "locked"]),
    ],
)
async def test_several_properties_count_in_their_order(stock, sort, expected):
    assert (await stock.in_order(sort=sort))[: len(expected)] == expected


@pytest.mark.parametrize(
    "sent",
    ["%2Bpurchaseordernumber", "+purchaseordernumber", "%20purchaseordernumber", "purchaseordernumber"],
    ids=["plus", "raw plus", "blank", "none"],
)
async def test_a_plus_a_blank_or_nothing_in_front_is_ascending(stock, sent):
    page = await page_at(stock.client, f"{POS}?sort={sent}")

    assert [stock.labels[each] for each in ids_of(page)] == BY_NUMBER


async def test_signs_are_understood_in_front_of_each_property(stock):
    page = await page_at(stock.client, f"{POS}?sort=-customeridentifier.id,+purchaseordernumber")

    assert [stock.labels[each] for each in ids_of(page)][:5] == ["d229", "d375", "d233", "second", "odd"]


@pytest.mark.parametrize("sort", ["PURCHASEORDERNUMBER", "purchaseOrderNumber", "PurchaseOrderNumber"])
async def test_the_case_of_a_property_does_not_matter(stock, sort):
    assert await stock.in_order(sort=sort) == BY_NUMBER
    assert await stock.in_order(sort=f"-{sort}") == BY_NUMBER[::-1]


@pytest.mark.parametrize(
    "name",
    [
        "readonly.lastmodifieddate",
        "customeridentifier.externalid",
        "supplier.contactid",
        "supplier.companyname",
        "supplier.name",
        "supplier.title",
        "supplier.address1",
        "supplier.address2",
        "supplier.city",
        "supplier.state",
        "supplier.zip",
        "supplier.country",
        "supplier.phonenumber",
        "supplier.fax",
        "supplier.emailaddress",
        "supplier.dept",
        "supplier.isaddressresidential",
        "supplier.code",
        "supplier.addressstatus",
        "notes",
        "externalid",
    ],
)
async def test_every_scalar_can_be_sorted_by(stock, name):
    found = await stock.in_order(sort=f"{name},readonly.purchaseorderid")

    assert sorted(found) == sorted(BY_ID)
    assert await stock.in_order(sort=name) == found


async def test_a_sort_and_a_filter_work_together(stock):
    found = await stock.in_order(sort="-purchaseordernumber", rql="purchaseordernumber==PO-*")

    assert found == ["second", "noon", "locked", "full", "closed", "bare"]


@pytest.mark.parametrize("sort", ["readonly.closed", "-issuedate", "customeridentifier.name,-notes", "-supplier.city"])
async def test_pages_of_a_sorted_list_never_overlap(stock, sort):
    everything = ids_of(await page_at(stock.client, POS + query(sort=sort)))

    pages = await walked(stock.client, POS + query(sort=sort, pgsiz=3))

    assert [each for page in pages for each in ids_of(page)] == everything
    assert len(everything) == len(set(everything)) == 10


@pytest.mark.parametrize(
    "sort, names",
    [
        ("gorp", "gorp"),
        ("-gorp", "gorp"),
        ("+gorp", "gorp"),
        ("Gorp", "Gorp"),
        ("purchaseordernumber,gorp", "gorp"),
        ("supplier.gorp", "supplier.gorp"),
        ("readonly", "readonly"),
        ("supplier", "supplier"),
    ],
)
async def test_an_unknown_property_is_refused_by_its_name(stock, sort, names):
    answer = await stock.client.get(POS + query(sort=sort))

    assert is_refused(answer, "sort")
    assert answer.json()["Hint"] == f"Properties not supported: {names}"


async def test_a_refused_sort_looks_the_same_in_hal(stock):
    assert is_refused(await stock.client.get(f"{POS}?sort=gorp", headers=HAL), "sort")


@pytest.mark.parametrize(
    "sort",
    [
        ",",
        "-",
        "+",
        "--notes",
        "-+notes",
        "+-notes",
        "++notes",
        "notes,",
        ",notes",
        "notes, ",
        "notes,-",
        "notes,,notes",
        "lineitems.quantity",
        "notes desc",
        "\0",
        "%",
        "'",
        "ž" * 500,
        ",".join(["notes"] * 11),
        ",".join(["notes"] * 3000),
        "a." * 5000,
    ],
    ids=range(21),
)
async def test_an_odd_sort_is_refused(stock, sort):
    assert is_refused(await stock.client.get(POS + query(sort=sort)), "sort")


@pytest.mark.parametrize("sort", ["notes,-notes", "notes,notes", "- notes", " ", ",".join(["notes"] * 10)])
async def test_a_sort_that_says_more_than_it_needs_is_none_the_worse(stock, sort):
    assert sorted(await stock.in_order(sort=sort)) == sorted(BY_ID)


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_sorted_by_id_a_list_has_the_pages_of_one_that_is_not_sorted(stock, size):
    plain = await walked(stock.client, POS + query(pgsiz=size))
    by_id = await walked(stock.client, POS + query(pgsiz=size, sort="readonly.purchaseorderid"))
    down = await walked(stock.client, POS + query(pgsiz=size, sort="-readonly.purchaseorderid"))

    assert [page["ResourceList"] for page in by_id] == [page["ResourceList"] for page in plain]
    assert [ids_of(page) for page in plain] == [
        ids_of({"ResourceList": rows})
        for rows in pages_of([row for page in down for row in page["ResourceList"]][::-1], size)
    ]


def pages_of(rows, size):
    """The rows in parts of this size."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


async def test_the_neighbours_purchases_are_not_sorted_in(extensiv):
    await entered(extensiv.neighbour, purchaseOrderNumber="000")

    assert set(ids_of(await page_at(extensiv, f"{POS}?sort=purchaseordernumber"))) == set(DEMO)
