"""What a filter selects. Source: contract sections 5.2 and 5.3; design, filters act on what the face shows."""

import pytest

from .given_lists import DEMO, EVERYTHING, LOCKED, POS, closed, entered, ids_of, labelled, query, replaced, stocked

WITH_LINES = labelled("locked full noon closed odd")
NOT_ISSUED = "d229 d233 d375 locked bare odd"


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Ten purchases of every kind."""
    return await stocked(desk, http, published)


async def found(client, rql):
    """The ids that the expression selects."""
    answer = await client.get(POS + query(rql=rql))
    assert answer.status_code == 200, (rql, answer.text)
    return ids_of(answer.json())


def others(text):
    """Everything but these labels."""
    return " ".join(sorted(labelled(EVERYTHING) - labelled(text)))


TEXTS = [
    ("externalid==A1", "full"),
    ("externalid==a1", "full"),
    ("externalid==A", ""),
    ("externalid!=A1", others("full")),
    ("notes==RING TWICE", "full noon"),
    ("notes==čáp", "second"),
    ("notes!=ring twice", others("full noon")),
    ("externalid=gt=A1", "second noon odd"),
    ("externalid=ge=a1", "full second noon odd"),
    ("externalid=lt=A2", "full second"),
    ("externalid=le=a2", "full second noon"),
    ("externalid=lt=A1", ""),
    ("externalid=gt=x", "odd"),
    ("externalid=in=(a1,A10)", "full second"),
    ("externalid=out=(A1,a10)", others("full second")),
    ("externalid=in=(none)", ""),
    ("externalid=hv=true", "full second noon odd"),
    ("externalid=hv=false", others("full second noon odd")),
    ("customeridentifier.name==demo customer", "locked bare full noon closed odd"),
    ("customeridentifier.externalid==demo-cust", "locked bare full noon closed odd"),
    ("customeridentifier.externalid!=demo-cust", "d229 d233 d375 second"),
    ("customeridentifier.externalid=hv=false", "d229 d233 d375 second"),
    ("supplier.code==b-7", "full"),
    ("supplier.code=in=(SUP-1,B-7)", "locked noon closed full"),
    ("supplier.code==1/aamatt2", "d229 d233 d375 second"),
    ("supplier.companyname==acme supply", "locked noon closed"),
    ("supplier.companyname==bolt works", "full"),
    ("supplier.name==ann", "full"),
    ("supplier.title==clerk", "full"),
    ("supplier.address1==mill lane 1", "full"),
    ("supplier.address2==floor 2", "full"),
    ("supplier.city==leeds", "full"),
    ("supplier.state==wy", "full"),
    ("supplier.zip==01234", "full"),
    ("supplier.zip==1234", ""),
    ("supplier.country==gb", "full"),
    ("supplier.phonenumber==5550100", "full"),
    ("supplier.fax==5550101", "full"),
    ("supplier.emailaddress==Ann@Example.com", "full"),
    ("supplier.dept==sales", "full"),
    ("supplier.city=hv=true", "full"),
    ("supplier.city=hv=false", others("full")),
    ("supplier.code=hv=false", "bare odd"),
]
WILDCARDS = [
    ("purchaseordernumber==PO-*", "locked bare full noon second closed"),
    ("purchaseordernumber==po-F*", "full"),
    ("purchaseordernumber==*-locked", "locked"),
    ("purchaseordernumber==*O-*", "locked bare full noon second closed"),
    ("purchaseordernumber==*012*", "d229 d375"),
    ("purchaseordernumber==*BARE*", "bare"),
    ("purchaseordernumber==PO-FULL*", "full"),
    ("purchaseordernumber==*PO-FULL", "full"),
    ("purchaseordernumber!=PO-*", "d229 d233 d375 odd"),
    ("notes==*twice", "full noon closed"),
    ("notes==twice*", "closed"),
    ("notes==*%2A*", "odd"),
    ("notes==*%25*", "odd"),
    ("notes==*áp", "second"),
    ("notes!=*twice", others("full noon closed")),
    ("notes!=*twice*", others("full noon closed")),
    ("notes==*", EVERYTHING),
    ("purchaseordernumber==*", EVERYTHING),
    ("supplier.city==*", EVERYTHING),
    ("purchaseordernumber!=*", ""),
    ("externalid==A%2A", ""),
    ("lineitems.notes==*", "locked full noon closed odd"),
    ("externalid==a_", ""),
    ("externalid==*_*", ""),
]
INTEGERS = [
    ("readonly.purchaseorderid==10008376", "locked"),
    ("readonly.purchaseorderid!=10008376", others("locked")),
    ("readonly.purchaseorderid=gt=10008376", "bare full noon second closed odd"),
    ("readonly.purchaseorderid=ge=10008376", others("d229 d233 d375")),
    ("readonly.purchaseorderid=lt=10008233", "d229"),
    ("readonly.purchaseorderid=le=10008233", "d229 d233"),
    ("readonly.purchaseorderid=in=(10008229,10008376,5)", "d229 locked"),
    ("readonly.purchaseorderid=out=(10008229,10008376)", others("d229 locked")),
    ("readonly.purchaseorderid==147", ""),
    ("readonly.purchaseorderid==-1", ""),
    ("readonly.purchaseorderid=gt=-1", EVERYTHING),
    ("readonly.purchaseorderid=hv=true", EVERYTHING),
    ("readonly.purchaseorderid=hv=false", ""),
    ("customeridentifier.id==2", "d229 d233 d375 second"),
    ("customeridentifier.id=lt=2", "locked bare full noon closed odd"),
    ("supplier.contactid==1", "locked noon closed"),
    ("supplier.contactid=gt=2", "full"),
    ("supplier.contactid!=1", others("locked noon closed")),
    ("supplier.contactid=out=(1,2)", "full bare odd"),
    ("supplier.contactid=hv=false", "bare odd"),
    ("supplier.contactid==", "bare odd"),
    ("supplier.addressstatus==2", "full"),
    ("supplier.addressstatus=gt=0", "full"),
    ("supplier.addressstatus==0", others("full bare odd")),
]
BOOLEANS = [
    ("readonly.closed==true", "closed"),
    ("readonly.closed==false", others("closed")),
    ("readonly.closed!=true", others("closed")),
    ("readonly.closed=in=(true)", "closed"),
    ("readonly.closed=in=(true,false)", EVERYTHING),
    ("readonly.closed=out=(true)", others("closed")),
    ("readonly.closed=hv=true", EVERYTHING),
    ("readonly.closed=hv=false", ""),
    ("supplier.isaddressresidential==true", "full"),
    ("supplier.isaddressresidential!=true", others("full")),
    ("supplier.isaddressresidential==false", others("full bare odd")),
]
DATES = [
    ("issuedate==2024-04-01", "full"),
    ("issuedate==2024-04-01T00:00", "full"),
    ("issuedate==2024-04-01T00:00:00", "full"),
    ("issuedate==2024-04-01T00:00:00Z", "full"),
    ("issuedate==2024-04-01T00:00:00.0", "full"),
    ("issuedate==2024-04-01T00:00:00.0000000", "full"),
    ("issuedate==2024-04-01T02:00:00+02:00", "full"),
    ("issuedate==2024-03-31T18:30:00-05:30", "full"),
    ("issuedate==2024-04-01T02:00+02:00", "full"),
    ("issuedate==2024-04-01T00:00Z", "full"),
    ("issuedate==2024-04-01T12:00", "noon"),
    ("issuedate==2024-04-01T12:00:00Z", "noon"),
    ("issuedate==2024-12-31T23:59:59.5", "closed"),
    ("issuedate==2024-12-31T23:59:59.50", "closed"),
    ("issuedate==2024-12-31T23:59:59.500Z", "closed"),
    ("issuedate==2024-12-31T23:59:59", ""),
    ("issuedate==2024-12-31", ""),
    ("issuedate!=2024-04-01", others("full")),
    ("issuedate=gt=2024-04-01", "noon closed"),
    ("issuedate=ge=2024-04-01", "full noon closed"),
    ("issuedate=lt=2024-04-01T12:00:00", "second full"),
    ("issuedate=le=2024-04-01T12:00:00", "second full noon"),
    ("issuedate=lt=2019-01-01", ""),
    ("issuedate=le=2019-01-01T00:00:00Z", "second"),
    ("issuedate=in=(2019-01-01,2024-04-01T12:00:00Z)", "second noon"),
    ("issuedate=out=(2019-01-01,2024-04-01T12:00:00Z)", others("second noon")),
    ("issuedate=hv=true", others(NOT_ISSUED)),
    ("issuedate=hv=false", NOT_ISSUED),
    ("issuedate=hv=TRUE", others(NOT_ISSUED)),
    ("issuedate==", NOT_ISSUED),
    ("issuedate!=", others(NOT_ISSUED)),
    ("issuedate=gt=0001-01-01", others(NOT_ISSUED)),
    ("issuedate=le=9999-12-31T23:59:59", others(NOT_ISSUED)),
    ("readonly.creationdate=hv=true", EVERYTHING),
    ("readonly.creationdate=gt=2000-01-01", EVERYTHING),
    ("readonly.creationdate=gt=2099-01-01", ""),
    ("readonly.lastmodifieddate=ge=2099-01-01T00:00:00Z", ""),
]
NULLS = [
    ("notes==", "d229 d233 d375 locked bare"),
    ("notes!=", "full noon second closed odd"),
    ("notes=hv=false", "d229 d233 d375 locked bare"),
    ("notes!=x", EVERYTHING),
    ("notes=out=(x)", EVERYTHING),
    ("notes=out=(twice)", others("closed")),
    ("notes=in=(x)", ""),
    ("supplier.code==", "bare odd"),
    ("supplier.code!=", others("bare odd")),
    ("supplier.code!=SUP-1", others("locked noon closed")),
    ("supplier.code=out=(SUP-1)", others("locked noon closed")),
    ("supplier.code=lt=ZZZ", others("bare odd")),
    ("supplier.contactid=lt=1000000000", others("bare odd")),
    ("purchaseordernumber==", ""),
    ("purchaseordernumber!=", EVERYTHING),
    ("readonly.purchaseorderid==", ""),
    ("readonly.purchaseorderid!=", EVERYTHING),
    ("readonly.closed==", ""),
    ("notes==;customeridentifier.id==1", "locked bare"),
    ("(notes==);supplier.code==", "bare"),
    ("notes==,supplier.code==", "d229 d233 d375 locked bare odd"),
]
LINES = [
    ("lineitems.itemidentifier.sku==sku-2", "full noon"),
    ("lineitems.itemidentifier.sku=in=(SKU-1)", "locked full closed odd"),
    ("lineitems.itemidentifier.sku==SKU*", "locked full noon closed odd"),
    ("lineitems.itemidentifier.id==1", "locked full closed odd"),
    ("lineitems.itemidentifier.id=gt=1", "full noon"),
    ("lineitems.purchaseorderlineitemid==2016", "locked"),
    ("lineitems.purchaseorderlineitemid=gt=2016", "full noon closed odd"),
    ("lineitems.qualifier==blue", "full odd"),
    ("lineitems.qualifier==", "locked full noon closed"),
    ("lineitems.qualifier!=", "full odd"),
    ("lineitems.qualifier!=Blue", "locked full noon closed"),
    ("lineitems.quantity==2.5", "full"),
    ("lineitems.quantity==2.50", "full"),
    ("lineitems.quantity==10", "full noon"),
    ("lineitems.quantity==10.000", "full noon"),
    ("lineitems.quantity==0.0001", "odd"),
    ("lineitems.quantity=lt=0.0002", "odd"),
    ("lineitems.quantity=gt=0.0001", "locked full noon closed"),
    ("lineitems.quantity=ge=5", "locked full noon closed"),
    ("lineitems.quantity=in=(2.5, 5)", "locked full closed"),
    ("lineitems.quantity=out=(10, 5)", "full odd"),
    ("lineitems.quantity!=10", "locked full closed odd"),
    ("lineitems.quantity==5;lineitems.price==4.25", "closed"),
    # two lines may satisfy two predicates
    ("lineitems.quantity==2.5;lineitems.price==0", "full"),
    ("lineitems.price==0", "full"),
    ("lineitems.price==4.25", "full closed"),
    ("lineitems.price=le=4.25", "full closed"),
    ("lineitems.price=hv=false", "locked noon odd"),
    ("lineitems.price=hv=true", "full closed"),
    ("lineitems.price==", "locked noon odd"),
    ("lineitems.price!=4.25", "locked full noon odd"),
    ("lineitems.expectedfacility.name==main", "locked full"),
    ("lineitems.expectedfacility.name==*flow", "full"),
    ("lineitems.expectedfacility.id==2", "full"),
    ("lineitems.expectedfacility.id=out=(1,2)", "noon closed odd"),
    ("lineitems.expectedfacility.id=hv=false", "noon closed odd"),
    ("lineitems.expecteddate==2024-05-01", "full"),
    ("lineitems.expecteddate=lt=2030-01-01", "full"),
    ("lineitems.expecteddate=hv=false", "locked full noon closed odd"),
    ("lineitems.canceldate==2024-06-01T18:30:00Z", "full"),
    ("lineitems.canceldate==2024-06-01", ""),
    ("lineitems.notes==fragile", "full"),
    ("lineitems.notes==", "locked full noon closed odd"),
    ("lineitems.externallineid==l1", "full"),
    ("lineitems.externallineid=hv=true", "full"),
    ("(lineitems.qualifier==Blue,lineitems.quantity==5);readonly.closed==false", "locked full odd"),
]


@pytest.mark.parametrize("rql, expected", TEXTS)
async def test_texts_are_compared_without_their_case(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize("rql, expected", WILDCARDS)
async def test_a_star_at_an_end_of_a_text_is_a_wildcard(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize("rql", ["externalid=in=(A*)", "externalid=in=(*)", "notes=in=(*twice,x)"])
async def test_in_a_list_a_star_is_no_wildcard(stock, rql):
    answer = await stock.client.get(POS + query(rql=rql))

    assert answer.status_code == 400 or ids_of(answer.json()) == []


@pytest.mark.parametrize("rql, expected", INTEGERS)
async def test_integers_are_compared_as_numbers(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize("rql, expected", BOOLEANS)
async def test_booleans_are_true_or_false(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize("rql, expected", DATES)
async def test_dates_are_compared_as_instants_in_any_form(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize("rql, expected", NULLS)
async def test_what_has_no_value_equals_nothing_but_the_empty_value(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize("rql, expected", LINES)
async def test_a_property_of_lines_means_some_line(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize(
    "predicate",
    ["quantity!=1", "price==", "price!=1", "price=out=(1)", "price=hv=false", "notes==*", "notes==", "quantity=gt=0"],
)
async def test_without_lines_no_property_of_lines_is_satisfied(stock, predicate):
    assert await stock.selected(f"lineitems.{predicate}") <= WITH_LINES


async def test_every_clause_on_lines_may_be_satisfied_by_another_line(extensiv):
    lines = [{"itemIdentifier": {"id": 1}, "quantity": 1, "price": 9}, {"itemIdentifier": {"id": 2}, "quantity": 7}]
    purchase = await entered(extensiv, lineItems=lines)

    assert await found(extensiv, "lineitems.quantity==1;lineitems.itemidentifier.id==2") == [purchase]
    assert await found(extensiv, "lineitems.quantity==7;lineitems.quantity==1") == [purchase]
    assert await found(extensiv, "lineitems.quantity=gt=7") == []


async def test_a_purchase_with_many_matching_lines_is_listed_once(extensiv):
    lines = [{"itemIdentifier": {"id": 1}, "quantity": 7}] * 5
    purchase = await entered(extensiv, lineItems=lines)

    answer = await extensiv.get(POS + query(rql="lineitems.quantity==7,lineitems.itemidentifier.sku==none"))

    assert ids_of(answer.json()) == [purchase]
    assert answer.json()["TotalResults"] == 1


async def test_an_empty_text_is_no_value(extensiv):
    purchase = await entered(extensiv, notes="", externalId="E1")

    assert await found(extensiv, "externalid==E1;notes==") == [purchase]
    assert await found(extensiv, "externalid==E1;notes=hv=false") == [purchase]
    assert await found(extensiv, "externalid==E1;notes=hv=true") == []
    assert await found(extensiv, "externalid==E1;notes!=") == []


async def test_a_filter_sees_what_was_written_a_moment_ago(extensiv):
    purchase = await entered(extensiv, notes="before")

    await replaced(extensiv, purchase, Notes="after")

    assert await found(extensiv, "notes==before") == []
    assert await found(extensiv, "notes==after") == [purchase]


async def test_the_shown_times_find_their_purchase(extensiv):
    purchase = await entered(extensiv)
    shown = (await extensiv.get(f"{POS}/{purchase}")).json()["ReadOnly"]

    created, modified = shown["CreationDate"], shown["LastModifiedDate"]
    assert await found(extensiv, f"readonly.creationdate=={created};readonly.lastmodifieddate=={modified}") == [
        purchase
    ]
    assert await found(extensiv, f"readonly.creationdate=gt={created}") == []
    assert purchase in await found(extensiv, f"readonly.creationdate=le={created}Z")


async def test_the_modification_time_follows_a_change(extensiv):
    first, second = await entered(extensiv), await entered(extensiv)
    moment = (await extensiv.get(f"{POS}/{second}")).json()["ReadOnly"]["LastModifiedDate"]

    await replaced(extensiv, first, Notes="changed")

    assert await found(extensiv, f"readonly.lastmodifieddate=gt={moment}") == [first]


@pytest.mark.parametrize(
    "rql",
    ["purchaseordernumber==ORD-6", "purchaseordernumber==ord*", "purchaseordernumber=in=(ORD-6)"],
)
async def test_a_purchase_without_a_number_is_found_by_its_order_code(stock, rql):
    assert await stock.selected(rql) == {"d233"}


async def test_a_purchase_with_a_number_is_not_found_by_its_order_code(stock):
    assert await stock.selected("purchaseordernumber==ORD-7,purchaseordernumber==ORD-4") == set()


async def test_a_purchase_closed_in_another_face_is_closed(extensiv, demo_homs):
    purchase = await entered(extensiv)
    assert await found(extensiv, "readonly.closed==true") == []

    await closed(demo_homs, purchase)

    assert await found(extensiv, "readonly.closed==true") == [purchase]
    assert purchase not in await found(extensiv, "readonly.closed==false")


async def test_a_purchase_of_another_face_is_found(extensiv, iinsight):
    answer = await iinsight.post("/api1/purchase_orders/new?case_id=1&purchase_order=FROM-CASE")
    purchase = int(answer.json()["purchase_order_id"])

    assert await found(extensiv, "purchaseordernumber==from-*") == [purchase]
    assert await found(extensiv, "purchaseordernumber==from-case;customeridentifier.id==1") == [purchase]


async def test_a_purchase_without_a_customer_has_no_value_there(extensiv, demo_homs):
    answer = await demo_homs.post("/api/orders", json={"order": {"order_type_code": "purchase_order"}})
    assert answer.status_code == 201, answer.text
    everything = await found(extensiv, "readonly.purchaseorderid=gt=0")
    purchase = next(each for each in everything if each not in DEMO)

    assert await found(extensiv, "customeridentifier.name!=Demo Customer;customeridentifier.id!=2") == [purchase]
    assert await found(extensiv, "customeridentifier.id=out=(1,2)") == [purchase]
    assert purchase not in await found(extensiv, "customeridentifier.id=gt=0")
    assert await found(extensiv, "customeridentifier.name==") == [purchase]


async def test_an_order_that_is_no_purchase_is_never_selected(stock):
    assert await stock.selected("readonly.purchaseorderid=in=(1,147,241)") == set()


async def test_the_neighbours_purchases_are_never_selected(extensiv):
    theirs = await entered(extensiv.neighbour, notes="theirs")

    assert await found(extensiv, "notes==theirs,notes==*eirs,notes!=x") == sorted(DEMO)
    assert await found(extensiv.neighbour, "notes==theirs") == [theirs]


async def test_the_demo_purchase_is_selected_by_its_line(extensiv):
    assert await found(extensiv, "lineitems.quantity==5;lineitems.expectedfacility.name==Main") == [LOCKED]


@pytest.mark.parametrize("number", ["99999999999", "-99999999999", "999999999999999999", "-1"])
async def test_a_number_that_nothing_has_selects_nothing(stock, number):
    for name in ("supplier.addressstatus", "supplier.contactid", "readonly.purchaseorderid", "customeridentifier.id"):
        assert await stock.selected(f"{name}=={number}") == set()
        assert await stock.selected(f"{name}=in=({number})") == set()
        assert await stock.selected(f"{name}!={number}") == labelled(EVERYTHING)


async def test_a_blank_that_does_not_break_is_part_of_the_value(extensiv):
    hard = await entered(extensiv, notes="\u00a0x\u00a0")
    plain = await entered(extensiv, notes="x")

    for before, after in (("", ""), (" ", "  ")):
        assert await found(extensiv, f"notes=={before}\u00a0x\u00a0{after}") == [hard]
        assert await found(extensiv, f"notes=={before}x{after}") == [plain]
        assert await found(extensiv, f"notes=in=({before}\u00a0x\u00a0{after})") == [hard]
        assert await found(extensiv, f"notes=in=({before}x{after})") == [plain]


async def test_the_last_moment_of_all_is_found_in_the_spelling_of_typed_clients(extensiv):
    last = await entered(extensiv, issueDate="9999-12-31T23:59:59.9999999")

    for predicate in ("==", "=ge=", "=le="):
        assert last in await found(extensiv, f"issuedate{predicate}9999-12-31T23:59:59.9999999")
    assert await found(extensiv, "issuedate==9999-12-31T23:59:59.999998") == [last]
    assert await found(extensiv, "issuedate=gt=9999-12-31T23:59:59.9999999") == []
    assert await found(extensiv, "issuedate=in=(9999-12-31T23:59:59.9999999Z)") == [last]
