"""Filters that are refused, and never break the server. Source: contract sections 5.2, 5.3 and 7."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given_lists import HAL, POS, REFUSAL, Plain, encoded, entered, is_refused, query, stocked

BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
VALID = (
    "customeridentifier.id==1;readonly.closed==false",
    "readonly.creationdate=ge=2025-01-01T00:00:00Z;readonly.creationdate=lt=2025-02-01",
    "purchaseordernumber==PO-7*",
    "externalid=in=(A1, A2)",
    "(supplier.code==SUP-1,supplier.code==SUP-2);issuedate=hv=true",
    "purchaseordernumber==A%2CB",
    "lineitems.quantity=gt=2.5,(notes!=;lineitems.expectedfacility.id=out=(1,2))",
    "notes==*twice*,notes==50%25 off%21",
)


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Ten purchases of every kind."""
    return await stocked(desk, http, published)


async def test_an_unknown_property_is_told_exactly_so(stock):
    answer = await stock.client.get(f"{POS}?rql=gorp==1")

    assert answer.status_code == 400
    assert answer.json() == {
        "$type": REFUSAL,
        "Parameters": ["rql"],
        "ErrorCode": "NotParsable",
        "Hint": "Properties not supported: gorp",
    }
    assert next(iter(answer.json())) == "$type"
    assert answer.headers["Content-Type"].replace(" ", "").lower() == "application/json;charset=utf-8"


@pytest.mark.parametrize(
    "rql, names",
    [
        ("gorp==1", "gorp"),
        ("GoRp==1", "GoRp"),
        ("supplier.Gorp==1", "supplier.Gorp"),
        ("gorp=in=(1,2)", "gorp"),
        ("gorp=hv=true", "gorp"),
        ("gorp==", "gorp"),
        ("customeridentifier.id==1;gorp==1", "gorp"),
        ("customeridentifier.id==1,(gorp==1;readonly.closed==true)", "gorp"),
        ("gorp==1;zorp==2", "gorp, zorp"),
        ("zorp==1,(gorp=gt=2;customeridentifier.id==1)", "zorp, gorp"),
        ("readonly==1", "readonly"),
        ("supplier==1", "supplier"),
        ("lineitems==1", "lineitems"),
        ("customeridentifier==1", "customeridentifier"),
        ("lineitems.gorp==1", "lineitems.gorp"),
        ("lineitems.itemidentifier==1", "lineitems.itemidentifier"),
        ("purchaseorderid==1", "purchaseorderid"),
        ("readonly.purchaseorderid.x==1", "readonly.purchaseorderid.x"),
        ("purchaseordernumber.length==1", "purchaseordernumber.length"),
        ("tenant_id==1", "tenant_id"),
        ("id==1", "id"),
    ],
)
async def test_unknown_properties_are_named_as_they_were_sent(stock, rql, names):
    answer = await stock.client.get(POS + query(rql=rql))

    assert is_refused(answer, "rql")
    assert answer.json()["Hint"] == f"Properties not supported: {names}"


async def test_a_refusal_is_the_same_for_a_client_of_hal(stock):
    path = f"{POS}?rql=gorp==1"

    in_hal = await stock.client.get(path, headers=HAL)

    assert is_refused(in_hal, "rql")
    assert in_hal.content == (await stock.client.get(path)).content


@pytest.mark.parametrize(
    "rql",
    [
        "x",
        "notes",
        "notes=",
        "notes=x",
        "==x",
        "=in=(1)",
        ".==1",
        "notes.==1",
        ".notes==1",
        "supplier..code==1",
        "notes=gt",
        "notes=xx=1",
        "notes=like=a",
        "notes<1",
        "notes>=1",
        ";",
        ",",
        "()",
        "(",
        ")",
        "notes==a;",
        "notes==a,",
        ";notes==a",
        ",notes==a",
        "notes==a;;notes==b",
        "notes==a,,notes==b",
        "notes==a;,notes==b",
        "(notes==a",
        "notes==a)",
        "((notes==a)",
        "(notes==a))",
        "(notes==a)(notes==b)",
        "(notes==a)notes==b",
        "notes==a(notes==b)",
        "();notes==a",
        "notes==(a)",
        "notes==(a,b)",
        "notes!=(a,b)",
        "notes=gt=(a)",
        "notes=hv=(true)",
        "externalid=in=A1",
        "externalid=out=A1",
        "externalid=in=",
        "externalid=in=()",
        "externalid=in=( )",
        "externalid=in=(A1",
        "externalid=in=A1)",
        "externalid=in=(A1,)",
        "externalid=in=(,A1)",
        "externalid=in=(A1,,A2)",
        "externalid=in=(A1;A2)",
        "externalid=in=((A1))",
        "externalid=in=(A1)(A2)",
        "externalid=in=(A1)x",
        "customeridentifier.id==1 and notes==a",
        "customeridentifier.id eq 1",
    ],
)
async def test_broken_syntax_is_refused(stock, rql):
    assert is_refused(await stock.client.get(POS + query(rql=rql)), "rql")


@pytest.mark.parametrize(
    "rql",
    [
        "customeridentifier.id==x",
        "customeridentifier.id==1.5",
        "customeridentifier.id==1_0",
        "customeridentifier.id==0x1",
        "customeridentifier.id==true",
        "customeridentifier.id=gt=",
        "customeridentifier.id=ge=a",
        "customeridentifier.id!=x",
        "customeridentifier.id=in=(1,x)",
        "customeridentifier.id=out=(x)",
        "customeridentifier.id==1*",
        "customeridentifier.id==2024-01-01",
        "customeridentifier.id==Demo Customer",
        "supplier.contactid==x",
        "readonly.closed==yes",
        "readonly.closed==1",
        "readonly.closed==t",
        "readonly.closed==tru",
        "readonly.closed==tr*",
        "readonly.closed=in=(true,maybe)",
        "readonly.closed=gt=false",
        "readonly.closed=ge=false",
        "readonly.closed=lt=true",
        "readonly.closed=le=true",
        "supplier.isaddressresidential=lt=true",
        "supplier.isaddressresidential==2",
        "issuedate==yesterday",
        "issuedate==2024",
        "issuedate==2024-13-01",
        "issuedate==2024-02-30",
        "issuedate==2023-02-29",
        "issuedate==2024-04",
        "issuedate==20240401",
        "issuedate==04/01/2024",
        "issuedate==2024-04-01T",
        "issuedate==2024-04-01T25:00",
        "issuedate==2024-04-01T00:61:00",
        "issuedate==2024-04-01T00:00:00X",
        "issuedate==2024-04-01T00:00:00%2B",
        "issuedate==2024-04-01T00:00:00.12345678",
        "issuedate==2024-W14-1",
        "issuedate==2024-04-*",
        "issuedate=gt=1",
        "issuedate=in=(2024-04-01,never)",
        "issuedate=hv=2024-04-01",
        "notes=hv=",
        "notes=hv=yes",
        "notes=hv=1",
        "notes=hv=*",
        "notes=gt=",
        "notes=ge=",
        "notes=lt=",
        "notes=le=",
        "issuedate=gt=",
        "lineitems.quantity==x",
        "lineitems.quantity==2,5",
        "lineitems.quantity==1.2.3",
        "lineitems.quantity==NaN",
        "lineitems.quantity==Infinity",
        "lineitems.price=lt=-Infinity",
        "lineitems.quantity==2.*",
        "lineitems.quantity=in=(1,x)",
        "lineitems.expecteddate==never",
        "lineitems.itemidentifier.id==SKU-1",
    ],
)
async def test_a_value_that_does_not_fit_the_property_is_refused(stock, rql):
    assert is_refused(await stock.client.get(POS + query(rql=rql)), "rql")


@pytest.mark.parametrize(
    "rql",
    [
        "notes==a*b",
        "notes==*a*b*",
        "notes!=a*b",
        "notes==**",
        "notes==a**",
        "notes==**a",
        "notes==***",
        "notes!=**",
        "notes==PO*FULL",
        "lineitems.notes==a*b",
    ],
)
async def test_a_misplaced_star_is_refused(stock, rql):
    assert is_refused(await stock.client.get(POS + query(rql=rql)), "rql")


async def test_a_broken_part_is_refused_even_where_the_rest_decides(stock):
    for rql in ("readonly.closed==true,gorp==1", "readonly.closed==false;issuedate==never", "notes==*,notes==a*b"):
        assert is_refused(await stock.client.get(POS + query(rql=rql)), "rql")


async def test_a_refusal_does_not_depend_on_what_there_is(extensiv):
    await entered(extensiv.neighbour, notes="x")

    for client in (extensiv, extensiv.neighbour):
        answer = await client.get(POS + query(rql="issuedate==never", pgnum=50))
        assert is_refused(answer, "rql")


NESTED = "(" * 10_000 + "notes==a" + ")" * 10_000
BEYOND_BOUNDS = {
    "long value": "notes==" + "x" * 50_000,
    "long name": "n" * 50_000 + "==x",
    "long garbage": "x" * 50_000,
    "deep brackets": NESTED,
    "deep open brackets": "(" * 20_000,
    "deep closed brackets": ")" * 20_000,
    "deep brackets with joins": "(notes==a;" * 3000 + "notes==b" + ")" * 3000,
    "many predicates with or": ",".join(["notes==a"] * 5000),
    "many predicates with and": ";".join(["notes==a"] * 5000),
    "many predicates on lines": ",".join(["lineitems.quantity==1"] * 2000),
    "many entries": "customeridentifier.id=in=(" + ",".join(["1"] * 20_000) + ")",
    "many entries of text": "notes=out=(" + ",".join(["abc"] * 10_000) + ")",
    "many unknown properties": ",".join(f"gorp{number}==1" for number in range(3000)),
    "many stars": "notes==" + "*" * 20_000,
    "many dots": "a" + ".a" * 20_000 + "==1",
    "many percent signs": "notes==" + "%" * 15_000,
}


@pytest.mark.parametrize("kind", BEYOND_BOUNDS)
async def test_a_filter_beyond_all_bounds_is_refused(stock, kind):
    answer = await stock.client.get(f"{POS}?rql={BEYOND_BOUNDS[kind]}")

    assert is_refused(answer, "rql")


async def test_a_filter_beyond_all_bounds_leaves_the_server_well(stock):
    await stock.client.get(f"{POS}?rql={NESTED}")

    assert len(await stock.selected("")) == 10


@pytest.mark.parametrize(
    "number", ["1" * 19, "99999999999999999999", "-9223372036854775809", "9223372036854775808", "1" * 400]
)
@pytest.mark.parametrize(
    "predicate",
    ["readonly.purchaseorderid=={}", "customeridentifier.id=in=(1,{})", "supplier.addressstatus==-{}"],
)
async def test_an_integer_of_more_than_18_digits_is_refused(stock, predicate, number):
    answer = await stock.client.get(POS + query(rql=f"notes==twice;{predicate.format(number)}".replace("--", "-")))

    assert is_refused(answer, "rql")


ON_NUMBERS = pytest.mark.parametrize(
    "predicate", ["lineitems.quantity=={}", "lineitems.price=gt={}", "lineitems.price=in=({})"]
)
ON_DATES = pytest.mark.parametrize("predicate", ["issuedate=={}", "issuedate=lt={}", "readonly.creationdate=in=({})"])


@pytest.mark.parametrize("number", ["1" * 400, "0." + "0" * 300 + "1", "1e400", "1e-400", "1e99999999", "1E2"])
@ON_NUMBERS
async def test_a_decimal_beyond_all_bounds_is_refused(stock, predicate, number):
    assert is_refused(await stock.client.get(POS + query(rql=predicate.format(number))), "rql")


@pytest.mark.parametrize("number", ["-0", "-1", "9" * 15, "0.000001", "007"])
@ON_NUMBERS
async def test_a_decimal_within_bounds_is_compared(stock, predicate, number):
    assert (await stock.client.get(POS + query(rql=predicate.format(number)))).status_code == 200


@pytest.mark.parametrize(
    "date", ["0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.9999999Z"]
)
@ON_DATES
async def test_a_date_at_the_edge_of_time_is_compared(stock, predicate, date):
    assert (await stock.client.get(POS + query(rql=predicate.format(date)))).status_code == 200


@pytest.mark.parametrize(
    "date",
    [
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "0000-01-01",
        "10000-01-01",
        "2024-12-31T23:59:60",
        "2024-04-01T24:30:00",
        "2024-04-01T00:00:00%2B99:99",
        "2024-04-01T00:00:00%2B01:60",
        "-2024-04-01",
    ],
)
@ON_DATES
async def test_a_date_beyond_the_edge_of_time_is_refused(stock, predicate, date):
    assert is_refused(await stock.client.get(POS + query(rql=predicate.format(date))), "rql")


@pytest.mark.parametrize(
    "sent",
    [
        "notes==%00",
        "notes==%2500",
        "notes==*%2500*",
        "notes=in=(%2500)",
        "notes=gt=%2500",
        "%00==1",
        "%FF==1",
        "%",
        "%25",
        "notes==a=b",
        "notes==Hello!",
        "notes=gt=A*",
    ],
)
async def test_odd_bytes_that_are_no_filter_are_refused(stock, sent):
    assert is_refused(await stock.client.get(f"{POS}?rql={sent}"), "rql")


@pytest.mark.parametrize(
    "sent",
    [
        "notes==%FF",
        "notes==%25FF",
        "notes==%C3",
        "notes==%25C3%2528",
        "notes==%ED%A0%80",
        "notes==%25ED%25A0%2580",
        "notes==%0A",
        "notes==%F4%90%80%80",
        "notes==%E2%80%AE%EF%BB%BF",
        "notes==a+b",
    ],
)
async def test_odd_bytes_in_a_value_select_nothing(stock, sent):
    assert await stock.raw(f"rql={sent}") == set()


async def test_a_value_of_blanks_is_an_empty_one(stock):
    assert await stock.raw("rql=notes==+") == await stock.raw("rql=notes==")


@pytest.mark.parametrize("query", ["rql", "&&&", "=", "rql&pgsiz", "%=%", "=gorp==1"])
async def test_an_odd_query_without_a_parameter_asks_for_everything(stock, query):
    assert len(await stock.raw(query)) == 10


async def test_two_different_filters_are_refused(stock):
    assert is_refused(await stock.client.get(f"{POS}?rql=notes==a&rql=gorp==1"), "rql")


@pytest.mark.parametrize(
    "text", ["' or 1=1 --", "'; drop table orders; --", "\\' or true", "%' or '%'='", "$1", "a\\"], ids=range(6)
)
async def test_a_value_is_never_more_than_a_value(stock, text):
    sent = "".join(f"%{byte:02X}" for byte in text.encode())

    assert await stock.selected(f"notes=={sent}") == set()
    assert await stock.selected(f"notes==*{sent}*") == set()
    assert await stock.selected(f"notes=in=({sent})") == set()
    assert len(await stock.selected(f"notes!={sent}")) == 10


def answered(answer):
    return answer.status_code == 200 or is_refused(answer, "rql")


def test_any_text_is_a_filter_or_is_refused(stock):
    with Plain(stock.client) as client:

        @BOUNDED
        @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
        def one(text):
            assert answered(client.get(f"{POS}?rql={encoded(text)}")), text

        one()


def test_any_words_of_the_grammar_are_a_filter_or_are_refused(stock):
    words = [
        "(",
        ")",
        ",",
        ";",
        "==",
        "!=",
        "=in=",
        "=out=",
        "=hv=",
        "=gt=",
        "=",
        "*",
        "%",
        "%2",
        "%2A",
        "notes",
        "issuedate",
        "readonly.closed",
        "true",
        "1",
        "a",
        "2024-01-01",
        "''",
    ]

    with Plain(stock.client) as client:

        @BOUNDED
        @given(st.lists(st.sampled_from([*words, " ", "lineitems.price", "customeridentifier.id"]), max_size=14))
        def one(chosen):
            assert answered(client.get(f"{POS}?rql={encoded(''.join(chosen))}")), chosen

        one()


cuts = st.tuples(st.integers(0, 80), st.integers(0, 6), st.text("()=;,*%!. '\"\\\0žA1", max_size=3))


def test_a_damaged_filter_is_a_filter_or_is_refused(stock):
    with Plain(stock.client) as client:

        @BOUNDED
        @given(st.sampled_from(VALID), st.lists(cuts, min_size=1, max_size=3))
        def one(rql, damage):
            for start, length, put in damage:
                rql = rql[:start] + put + rql[start + length :]
            assert answered(client.get(f"{POS}?rql={encoded(rql)}")), rql

        one()


def test_any_raw_query_is_a_filter_or_is_refused(stock):
    with Plain(stock.client) as client:

        @BOUNDED
        @given(
            st.text("abn0129FCE%%%()=;,*!.:+-~$'/?@_", max_size=30), st.sampled_from(["", "notes==", "issuedate=gt="])
        )
        def one(text, start):
            assert answered(client.get(f"{POS}?rql={start}{text}")), (start, text)

        one()


@pytest.mark.parametrize("rql", VALID)
async def test_what_is_damaged_above_is_right_when_whole(stock, rql):
    assert await stock.in_order(rql=rql) is not None
