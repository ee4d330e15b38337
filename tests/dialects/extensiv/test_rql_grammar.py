"""How a filter is written. Source: contract sections 5.2, 5.3 (reserved characters) and 1 (`;` in a query)."""

import pytest

from .given_lists import EVERYTHING, HAL, POS, RESERVED, encoded, entered, escaped, ids_of, labelled, query, stocked
from .rql_model import PROPERTIES

ORDERS_1 = "locked bare full noon closed odd"
ORDERS_2 = "d229 d233 d375 second"


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Ten purchases of every kind."""
    return await stocked(desk, http, published)


@pytest.mark.parametrize(
    "rql, expected",
    [
        ("purchaseordernumber==PO-FULL", "full"),
        ("purchaseordernumber==PO-FULL,purchaseordernumber==PO-BARE", "full bare"),
        ("customeridentifier.id==1;readonly.closed==true", "closed"),
        ("customeridentifier.id==1;readonly.closed==false;issuedate=hv=true", "full noon"),
        ("notes==twice,notes==ČÁP,notes==Ring Twice", "closed second full noon"),
        # `;` binds tighter than `,`, wherever it stands
        ("notes==twice,customeridentifier.id==2;issuedate=hv=true", "closed second"),
        ("customeridentifier.id==2;issuedate=hv=true,notes==twice", "closed second"),
        ("issuedate=hv=true;notes==twice,externalid==A1;notes==twice", "closed"),
        # brackets
        ("(notes==twice,customeridentifier.id==2);issuedate=hv=true", "closed second"),
        ("(notes==twice,externalid==A1);externalid=hv=true", "full"),
        ("notes==twice,externalid==A1;externalid=hv=true", "closed full"),
        ("externalid=hv=true;(notes==twice,externalid==A1)", "full"),
        ("(purchaseordernumber==PO-FULL)", "full"),
        ("((((purchaseordernumber==PO-FULL))))", "full"),
        ("(customeridentifier.id==2;(issuedate=hv=true,purchaseordernumber==012083))", "second d375"),
        ("(supplier.code==SUP-1,supplier.code==B-7);issuedate=hv=true", "noon closed full"),
        ("(notes==twice);(readonly.closed==true)", "closed"),
        ("(notes==twice),(externalid==A1)", "closed full"),
    ],
)
async def test_predicates_are_joined_by_and_or_and_brackets(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


@pytest.mark.parametrize(
    "rql, expected",
    [
        ("customeridentifier.id==1;readonly.closed==false", "locked bare full noon odd"),
        ("purchaseordernumber==PO-F*", "full"),
        ("externalid=in=(A1, A2)", "full noon"),
        ("(supplier.code==SUP-1,supplier.code==SUP-2);issuedate=hv=true", "noon closed"),
        ("purchaseordernumber==A%2CB", "odd"),
        ("readonly.creationdate=ge=2025-01-01;readonly.creationdate=lt=2025-02-01", ""),
        ("readonly.creationdate=ge=2025-01-01", "bare full noon second closed odd"),
        ("READONLY.closed==True", "closed"),
        ("issuedate=GE=2024-04-01", "full noon closed"),
    ],
)
async def test_the_examples_of_the_contract_work(stock, rql, expected):
    found = await stock.selected(rql)

    if "creationdate" in rql:
        found -= labelled("d229 d233 d375 locked")
    assert found == labelled(expected)


@pytest.mark.parametrize(
    "rql",
    [
        "purchaseordernumber==PO-FULL",
        "PURCHASEORDERNUMBER==PO-FULL",
        "purchaseOrderNumber==po-full",
        "PurchaseOrderNumber==Po-Full",
        "ReadOnly.Closed==FALSE;purchaseordernumber==po-full",
        "readOnly.closed==False;PURCHASEordernumber==PO-full",
        "purchaseordernumber=IN=(PO-FULL)",
        "PurchaseOrderNumber=In=(po-full)",
        "supplier.code=Hv=True;purchaseordernumber==PO-FULL",
        "lineItems.itemIdentifier.SKU==sku-1;LINEITEMS.notes==FRAGILE",
        "issueDate=Le=2024-04-01t00:00:00z;ISSUEDATE=gE=2024-04-01T00:00:00Z",
        "purchaseordernumber==PO-F*;notes==RING*",
    ],
)
async def test_names_operators_and_values_ignore_case(stock, rql):
    assert await stock.selected(rql) == {"full"}


@pytest.mark.parametrize(
    "rql, expected",
    [
        (" purchaseordernumber==PO-FULL", "full"),
        ("purchaseordernumber ==PO-FULL", "full"),
        ("  purchaseordernumber  ==PO-FULL", "full"),
        ("( purchaseordernumber==PO-FULL)", "full"),
        ("customeridentifier.id==1; readonly.closed==true", "closed"),
        ("notes==twice, externalid==A1", "closed full"),
        ("externalid=in=(A1,A2)", "full noon"),
        ("externalid=in=( A1 , A2 )", "full noon"),
        ("externalid =in=(A1 ,A2)", "full noon"),
        ("customeridentifier.id=in=(1, 2)", EVERYTHING),
        ("readonly.closed=out=( true )", "d229 d233 d375 locked bare full noon second odd"),
    ],
)
async def test_spaces_around_names_and_entries_are_dropped(stock, rql, expected):
    assert await stock.selected(rql) == labelled(expected)


async def test_spaces_inside_a_value_are_kept(stock):
    assert await stock.selected("notes==ring twice") == {"full", "noon"}
    assert await stock.selected("notes==ringtwice") == set()
    assert await stock.selected("notes=in=(ring twice, x)") == {"full", "noon"}
    assert await stock.selected("notes==ring  twice") == set()


@pytest.mark.parametrize(
    "query, expected",
    [
        ("rql=readonly.closed==false;customeridentifier.id==2", ORDERS_2),
        ("rql=customeridentifier.id==2;notes==%C4%8C%C3%81P", "second"),
        ("rql=(notes==twice,externalid==A1);externalid=hv=true", "full"),
        ("rql=readonly.closed==true&pgsiz=1000", "closed"),
        ("pgsiz=1000&rql=externalid=in=(A1,A2)", "full noon"),
        ("rql=externalid=in=(A1,%20A2)", "full noon"),
        ("rql=purchaseordernumber==PO-F*", "full"),
        ("rql=readonly.closed==true;customeridentifier.id==1&unknown=a;b", "closed"),
        ("unknown=a;rql=gorp==1&rql=readonly.closed==true", "closed"),
    ],
)
async def test_semicolon_and_equals_in_the_query_are_data(stock, query, expected):
    assert await stock.raw(query) == labelled(expected)


@pytest.mark.parametrize(
    "query, expected",
    [
        ("rql=customeridentifier.id%3D%3D2", ORDERS_2),
        ("rql=%63ustomeridentifier.id==1%3Breadonly.closed==false", "locked bare full noon odd"),
        ("rql=externalid%3Din%3D%28A1%2CA2%29", "full noon"),
        ("rql=purchaseordernumber==PO-F%2A", "full"),
        ("rql=purchaseordernumber==A%252CB", "odd"),
        ("rql=purchaseordernumber%3D%3DA%252cB", "odd"),
        ("rql=externalid==x%253B%2528y%2529", "odd"),
        ("rql=notes==50%2525%20off%2521%20a%252Ab%253Dc", "odd"),
        ("rql=notes==50%25%20off%2521%20a%252Ab%253Dc", "odd"),
        ("rql=purchaseordernumber==%2550O-FULL", "full"),
        ("rql=notes==%25C4%258C%25C3%2581P", "second"),
    ],
)
async def test_a_value_is_decoded_once_for_the_query_and_once_for_itself(stock, query, expected):
    assert await stock.raw(query) == labelled(expected)


@pytest.mark.parametrize(
    "query",
    [
        "rql=purchaseordernumber==A%2CB",
        "rql=externalid==x%3B(y)",
        "rql=purchaseordernumber==A,B",
        "rql=externalid==%28y%29",
    ],
)
async def test_what_is_encoded_only_once_is_grammar(stock, query):
    answer = await stock.client.get(f"{POS}?{query}")

    assert answer.status_code == 400
    assert answer.json()["Parameters"] == ["rql"]


async def test_a_value_is_not_decoded_a_third_time(extensiv):
    literal = await entered(extensiv, notes="%41")
    letter = await entered(extensiv, notes="A")

    async def found(sent):
        answer = await extensiv.get(f"{POS}?rql=notes=={sent}")
        return ids_of(answer.json())

    assert await found("%252541") == [literal]
    assert await found("%2541") == [letter]
    assert await found("%41") == [letter]


@pytest.mark.parametrize("text", ["100%", "50% off", "%zz", "%4", "a%", "%%", "%25x%"], ids=range(7))
async def test_a_percent_sign_that_begins_no_escape_stands_for_itself(extensiv, text):
    purchase = await entered(extensiv, notes=text.replace("%25", "%"))
    await entered(extensiv, notes="other")

    answer = await extensiv.get(POS + query(rql=f"notes=={text}"))

    assert answer.status_code == 200, answer.text
    assert ids_of(answer.json()) == [purchase]


@pytest.mark.parametrize("character", RESERVED)
async def test_an_escaped_reserved_character_is_itself(extensiv, character):
    alone = await entered(extensiv, notes=character)
    inside = await entered(extensiv, notes=f"a{character}b")
    await entered(extensiv, notes="ab")
    escape = escaped(character)

    async def found(rql):
        answer = await extensiv.get(POS + query(rql=rql))
        assert answer.status_code == 200, (rql, answer.text)
        return ids_of(answer.json())

    assert await found(f"notes=={escape}") == [alone]
    assert await found(f"notes=={escape.lower()}") == [alone]
    assert await found(f"notes==a{escape}b") == [inside]
    assert await found(f"notes=={escape}*") == [alone]
    assert await found(f"notes==*{escape}*") == [alone, inside]
    assert await found(f"notes=in=({escape}, a{escape}b)") == [alone, inside]


async def test_any_character_may_be_escaped(stock):
    everything = "".join(f"%{byte:02x}" for byte in b"Ring Twice")

    assert await stock.selected(f"notes=={everything}") == {"full", "noon"}


@pytest.mark.parametrize(
    "text", ["'", "''", '"', "\\", "_", "a_b", "$1", "--", "/*x", "#", "&", "<>", "žluťoučký", "日本", "😀"]
)
async def test_any_other_character_needs_no_escape(extensiv, text):
    sent = escaped(text)
    purchase = await entered(extensiv, notes=text)
    await entered(extensiv, notes="axb")

    for rql in (f"notes=={sent}", f"notes==*{sent}*", f"notes=in=({sent})", f"notes=={sent}*"):
        answer = await extensiv.get(POS + query(rql=rql))
        assert answer.status_code == 200, (rql, answer.text)
        assert ids_of(answer.json()) == [purchase], rql


@pytest.mark.parametrize("name", ["rql", "RQL", "Rql"])
async def test_the_case_of_the_parameter_does_not_matter(stock, name):
    assert await stock.raw(f"{name}=readonly.closed==true") == {"closed"}


async def test_the_filter_is_the_same_in_both_types(stock):
    path = POS + query(rql="purchaseordernumber==A%2CB,notes==ČÁP")

    in_json = ids_of((await stock.client.get(path)).json())
    in_hal = ids_of((await stock.client.get(path, headers=HAL)).json())

    assert in_json == in_hal
    assert [stock.labels[each] for each in in_json] == ["second", "odd"]


@pytest.mark.parametrize("name", sorted(PROPERTIES))
async def test_every_scalar_can_be_filtered_by(stock, name):
    either = await stock.selected(f"{name}==,{name}!=")

    assert either == (
        labelled("locked full noon closed odd") if name.startswith("lineitems.") else labelled(EVERYTHING)
    )


async def test_lists_take_many_entries(stock):
    many = ",".join(["A1", *(f"X{number}" for number in range(99))])

    assert await stock.selected(f"externalid=in=({many})") == {"full"}
    ids = ",".join(str(number) for number in range(100))
    assert await stock.selected(f"customeridentifier.id=in=({ids})") == labelled(EVERYTHING)


async def test_filters_take_many_predicates(stock):
    many = ",".join(["externalid==A1", *(f"externalid==X{number}" for number in range(29))])

    assert await stock.selected(many) == {"full"}
    assert await stock.selected(";".join(["externalid==A1"] * 30)) == {"full"}


async def test_brackets_may_be_nested(stock):
    assert await stock.selected("(" * 10 + "externalid==A1" + ")" * 10) == {"full"}


async def test_values_may_be_long(extensiv):
    text = "Ring twice & wait; " * 50
    purchase = await entered(extensiv, notes=text.strip())

    answer = await extensiv.get(f"{POS}?rql=notes=={encoded(escaped(text.strip()))}")

    assert ids_of(answer.json()) == [purchase]
