"""The order of a list. Source: contract section 6, sort and dir."""

from tests.given_books import columns_of

from .given import (
    ABROAD,
    EST,
    JOHNSON,
    NEW,
    OTHER_PHASE,
    PHASE,
    PURCHASES,
    WAYS,
    WEBSITE,
    asked,
    called,
    completed,
    create,
    found,
    listed,
    no_trace,
    promoted,
    read,
    refused,
    updated,
    written,
)

# Each code with the field that it sorts by.
CODES = {
    "UNIQUE": "poInternal",
    "HANDLER": "poOrderedByUserName",
    "DESCRIPTION": "poDescription",
    "SUPPLYTYPE": "poSupplytype",
    "JOBPHASE": "poJobandPhase",
    "THEIRREF": "poTheirRef",
    "COST ACTUAL": "poCost",
    "COST ESTIMATE": "poEstCost",
    "COMPLETED": "poCompleted",
    "REQUIRED": "poDateRequired",
    "FINALINV": "poDateFinalInvoice",
    "CREATED": "poDateCreated",
    "SENT": "poDateSent",
}
# Description, phase, reference, cost, estimated cost, day required, day of creation, day sent, of the final invoice.
ROWS = (
    ("Delta", WEBSITE, "r3", "9.5", "100", "2025-03-01", "2024-01-03", "2024-05-02", "2024-06-01"),
    ("Alpha", OTHER_PHASE, "r1", "10", "20.5", "2025-01-15", "2024-01-01", None, "2024-06-03"),
    ("Charlie", ABROAD, "", "-3", "3", "", "2024-01-02", "2024-05-01", None),
    ("Alpha", WEBSITE, "r2", "10", "20.5", "2024-12-31", "2024-01-03", "2024-05-02", "2024-06-02"),
    ("Bravo", PHASE, "r1", "1000", "0", "2025-03-01", "2024-01-01", None, "2024-06-01"),
)


async def shuffled(synergist, homs, book):
    """Five purchases that every code puts in an order of its own."""
    ids = []
    for place, (description, phase, reference, cost, estimate, required, created, sent, invoiced) in enumerate(ROWS):
        members = {"poDescription": description, "poJobandPhase": phase, "poTheirRef": reference, "poEstCost": estimate}
        user = {"user": JOHNSON} if place % 2 else {}
        (row,) = written(await create(synergist, NEW | members, **user))["data"]
        purchase = row["poInternal"]
        await promoted(synergist, purchase)
        await updated(synergist, purchase, poCost=cost, poDateRequired=required)
        await book.desk.pool.execute(
            "update orders set created_at = $3::text::timestamptz where tenant_id = $1 and id = $2",
            book.tenant_id,
            purchase,
            f"{created}T12:00:00Z",
        )
        await book.desk.pool.execute(
            """update costings set sent_on = $3::text::date, final_invoice_on = $4::text::date
                where tenant_id = $1 and order_id = $2""",
            book.tenant_id,
            purchase,
            sent,
            invoiced,
        )
        ids.append(purchase)
    for place in (1, 3):
        await completed(homs, ids[place])
    return ids


async def test_every_code_sorts_by_its_field_in_both_directions(synergist, demo_homs, demo_book):
    await shuffled(synergist, demo_homs, demo_book)
    records = await found(synergist, modelstructure="purchaseorderdetails")
    for code, field in CODES.items():
        by_id = sorted(records, key=lambda record: record["poInternal"])
        rising = [record["poInternal"] for record in sorted(by_id, key=lambda record: record[field])]
        falling = [record["poInternal"] for record in sorted(by_id, key=lambda record: record[field], reverse=True)]

        assert await listed(synergist, sort=code) == rising, code
        assert await listed(synergist, sort=code, dir="ASC") == rising, code
        # What is alike keeps its order: ties are by ascending id in both directions.
        assert await listed(synergist, sort=code, dir="DESC") == falling, code
        assert len(set(map(str, (record[field] for record in records)))) > 1, code


async def test_every_sort_goes_on_over_pages(synergist, demo_homs, demo_book):
    await shuffled(synergist, demo_homs, demo_book)
    for code in CODES:
        for direction in ("ASC", "DESC"):
            whole = await listed(synergist, sort=code, dir=direction)
            pages = [await listed(synergist, sort=code, dir=direction, rows=4, page=page) for page in (1, 2, 3)]
            assert [each for page in pages for each in page] == whole, (code, direction)


async def test_the_order_is_that_of_the_id_where_nothing_is_said(synergist):
    assert await listed(synergist) == sorted(PURCHASES)
    assert await listed(synergist, dir="ASC") == sorted(PURCHASES)
    assert await listed(synergist, dir="DESC") == sorted(PURCHASES, reverse=True)
    assert await listed(synergist, sort="", dir="") == sorted(PURCHASES)


async def test_ids_sort_as_numbers(synergist, demo_book):
    columns = await columns_of(demo_book.desk, "orders")
    await demo_book.desk.pool.execute(
        f"""insert into orders ({columns})
           select {columns} from (select copy.* from orders o, generate_series(98, 101) n,
                  jsonb_populate_record(o, jsonb_build_object('id', n, 'code', 'LOW-' || n, 'code_number', -n,
                                                              'uuid', gen_random_uuid())) copy
            where o.tenant_id = $1 and o.id = $2) copied""",  # noqa: S608 - names of columns
        demo_book.tenant_id,
        PURCHASES[0],
    )

    assert await listed(synergist, sort="UNIQUE") == [98, 99, 100, 101, *PURCHASES]


async def test_the_case_of_a_code_is_ignored(synergist):
    for code in CODES:
        expected = await listed(synergist, sort=code, dir="DESC")
        for spelled in (code.lower(), code.title()):
            assert await listed(synergist, sort=spelled, dir="DESC") == expected, spelled


async def test_a_sort_applies_to_what_the_filter_leaves(synergist, demo_homs, demo_book):
    ids = await shuffled(synergist, demo_homs, demo_book)

    assert await listed(synergist, sort="DESCRIPTION", jobphase=WEBSITE) == [ids[3], ids[0]]
    assert await listed(synergist, sort="DESCRIPTION", dir="DESC", jobphase=WEBSITE) == [ids[0], ids[3]]


async def test_a_sort_is_told_alike_in_every_way_of_calling(synergist):
    for how in WAYS:
        told = read(await called(synergist, how, sort="COST ACTUAL", dir="DESC", rows=1))
        assert [record["poPONumber"] for record in told["data"]] == ["012082"]


async def test_an_estimate_sorts_by_its_own_cost(synergist):
    told = read(await asked(synergist, sort="COST ESTIMATE", dir="DESC", rows=1))

    assert [record["poPONumber"] for record in told["data"]] == [EST]


async def test_an_unknown_code_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in (
            "NUMBER",
            "poInternal",
            "COST",
            "COSTACTUAL",
            "UNIQUE,SENT",
            "UNIQUE DESC",
            "id; drop",
            "\0",
            "x" * 999,
        ):
            refused(await asked(synergist, sort=odd), naming="sort")


async def test_an_unknown_direction_is_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for odd in ("UP", "ASCENDING", "-1", "1", "ASC,DESC", "ASC DESC", "\0", "x" * 999):
            refused(await asked(synergist, sort="UNIQUE", dir=odd), naming="dir")
            refused(await asked(synergist, dir=odd), naming="dir")
