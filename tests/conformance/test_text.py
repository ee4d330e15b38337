"""Text in any script comes back as it was sent, through each face that shows it."""

import pytest

from tests.conformance.face import Face, Tenant
from tests.conformance.faces import FACES

TEXTS = {
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Cyrillic": "Съешь же ещё этих мягких французских булок",
    "Greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "Turkish": "İstanbul ıslak Iğdır",
    "German": "Straße GROẞ ſ",
    "Arabic": "طلب شراء رقم ١٢٣",
    "Hebrew": "הזמנת רכש 5 יחידות",
    "Chinese": "采购订单 第八號 𠮷野家",
    "Thai": "ใบสั่งซื้อสินค้าน้ำตาล",
    "Devanagari": "क्रय आदेश ज्ञ",
    "Korean in parts": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "combining marks": "e\u0301 is not \u00e9, Z\u0351\u036b\u0343a\u0323\u0307",
    "compatibility forms": "ﬁ ① Ⅳ ﷺ Å Ω",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 🏴\u200d☠️ 👍🏽 🇨🇿",
    "right-to-left marks": "a\u202eb\u202c \u200f\u2067c\u2069",
    "a byte order mark": "\ufeffx\ufeff",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "private use": "\ue000\U000f0000",
    "controls": "a\x01\x1b[31m\x7f\x85b",
    "line ends": "a\r\nb\nc\rd\u2028e\u2029f",
    "tabs": "a\tb",
    "HTML": "<b onclick='x()'>&amp; &lt;</b><!-- --><script>alert(1)</script>",
    "quotes": "\"'`“”‘’«»",
    "backslashes": "\\ \\\\ \\n \\u0041 \\x00",
    "what other languages mean": "%s {0} ${x} {{x}} '; drop table orders; --",
    "what addresses mean": "a+b%20c&d=e#f?g;h/i",
    "what JSON means": '{"a":[null,true,1e5]}',
    "a number": "007",
    "null": "null",
    "inner blanks": "a  b   c\u00a0d\u3000e",
    "leading blanks": "   a",
    "trailing blanks": "a   ",
    "one sign": "x",
    "255 letters": "ž" * 255,
    "255 emoji": "🦊" * 255,
    "255 signs that combine": "e" + "\u0301" * 254,
}
WRITTEN = [(writer, field) for writer in FACES for field in writer.writes]
READ = [(*written, reader) for written in WRITTEN for reader in FACES if written[1] in reader.shows]
READ = [(writer, field, reader) for writer, field, reader in READ if reader.sees(writer)]


@pytest.mark.parametrize(
    "writer, field, reader", READ, ids=[f"{writer.name} to {reader.name}: {field}" for writer, field, reader in READ]
)
async def test_what_one_wrote_another_reads_whole(writer: Face, field: str, reader: Face, here: Tenant) -> None:
    wrote, reads = await writer.let_in(here), await reader.let_in(here)
    ids = {name: await writer.place(wrote, **{writer.writes[field]: text}) for name, text in TEXTS.items()}
    shown = {reader.id(order): order[reader.shows[field]] for order in await reader.orders(reads)}
    assert {name: shown[order_id] for name, order_id in ids.items()} == TEXTS


@pytest.mark.parametrize("writer, field", WRITTEN, ids=[f"{writer.name}: {field}" for writer, field in WRITTEN])
async def test_what_is_kept_is_what_was_sent(writer: Face, field: str, here: Tenant) -> None:
    client = await writer.let_in(here)
    ids = {name: await writer.place(client, **{writer.writes[field]: text}) for name, text in TEXTS.items()}
    kept = await here.book.desk.pool.fetch(
        f"select id, {field} from orders where tenant_id = $1",  # noqa: S608
        here.book.tenant_id,
    )
    by_id = {row["id"]: row[field].encode() for row in kept if row["id"] in ids.values()}
    assert {name: by_id[order_id] for name, order_id in ids.items()} == {k: v.encode() for k, v in TEXTS.items()}
