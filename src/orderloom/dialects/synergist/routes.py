"""The one operation of Synergist, and what it does. Source: contracts/synergist.md sections 1 and 8."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

from orderloom.book.companies import Company
from orderloom.book.costed import EVERY, Amended, CostedWish, Key, Listed
from orderloom.book.costing import CostWish
from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.desk import costed
from orderloom.desk.costed import MAX_RECORDS, Asked
from orderloom.dialects.contract import Call, Reply
from orderloom.dialects.synergist import errors, lists, model, parameters, reading, shapes, translate
from orderloom.dialects.synergist.errors import Trouble, Wrong, quoted
from orderloom.dialects.synergist.parameters import VERSIONS, Parameters
from orderloom.dialects.synergist.shapes import Read, Written
from orderloom.dialects.synergist.translate import Record, Update

PROCESSED: Final = "data processed successfully."
# Both end in a blank at the vendor.
PROMOTED: Final = "Purchase order promoted to a real purchase order. "
INVESTED: Final = "Purchase order investment changed. "
_STYLES: Final = ("", "modeldata", "modelstructure")


class NotRecognised(Exception):
    """Nobody writes by asking for the headers of an answer."""


async def answer(call: Call) -> Reply:
    """Read or write purchases, as the parameters say."""
    asked = parameters.of(call)
    version = ""
    try:
        asked.check()
        version = _version(asked)
        envelope = await _answered(call, asked)
    except NotRecognised:
        return Trouble(errors.NOT_RECOGNISED).reply()
    except (Wrong, Refusal) as refusal:
        trouble = Trouble(errors.OTHERWISE, refusal.text) if isinstance(refusal, Wrong) else errors.trouble(refusal)
        return trouble._replace(text=asked.hushed(trouble.text)).reply(version)
    envelope.synapiversion = shapes.spoken(version)
    return shapes.reply(200, envelope)


async def show_purchase(call: Call, order: Order) -> Reply:
    """One purchase as the newest version answers for it."""
    asking = call.asking({}, f"version={max(VERSIONS)}&purchase={order.id}".encode())
    asking.given = Parameters(asking)
    return await answer(asking)


async def _answered(call: Call, asked: Parameters) -> Read[Any] | Written[Any]:
    """The envelope. Source: section 2: action and style are looked at before the rest. Raises Wrong or Refusal."""
    action = asked.text("action")
    act = ACTIONS.get(action)
    if action and act is None:
        raise Wrong(f"invalid action {quoted(action)}")
    if action and call.method == "HEAD":
        raise NotRecognised
    style, named = asked.text("style").lower(), asked.text("modelstructure").lower()
    _check_style(style, named)
    company = await _company(call, asked)
    if act is not None:
        return await act(call, asked)
    if style == "modelstructure":
        return Read(totalrows=0, data=model.structure(named))
    return await _read(call, asked, company, named)


def _version(asked: Parameters) -> str:
    version = asked.text("version")
    if version not in VERSIONS:
        raise Wrong(f"unknown version {quoted(version)}" if version else "version is missing")
    return version


def _check_style(style: str, named: str) -> None:
    if style not in _STYLES:
        raise Wrong("unknown style: it is modeldata or modelstructure")
    if named and named not in model.MODELS:
        raise Wrong(f"unknown modelstructure: it is one of {', '.join(model.MODELS)}")
    if style == "modelstructure" and not named:
        raise Wrong("modelstructure is missing")


async def _company(call: Call, asked: Parameters) -> Company:
    company = await call.desk.company(call.tenant_id)
    given = asked.text("company").strip()
    if given and given.lstrip("0") != str(company.number):
        raise Wrong(f"unknown company {quoted(given)}")
    return company


async def _read(call: Call, asked: Parameters, company: Company, named: str) -> Read[Any]:
    """One purchase or a list. Source: sections 1, "Default model", and 6."""
    key = _purchase(asked) if asked.text("purchase") else None
    shape = model.MODELS[named or (model.LIST if key is None else model.DETAILS)]
    chosen, sorts, part = lists.chosen(asked), lists.sorts(asked), lists.part(asked)
    if key is not None:
        found = await costed.show(call.desk, call.caller, key)
        if chosen == EVERY and part.page == 1 and shape is shapes.Details:
            return Read(totalrows=1, pagerows=part.rows, data=[translate.details(found, company)])
        chosen = chosen and chosen._replace(key=found.order.id)
    if chosen is None:
        return Read(totalrows=0, pagerows=part.rows, pagenumber=part.page)
    page = await costed.page(call.desk, call.caller, chosen, sorts, part.cut)
    part.check(len(page.records))
    return Read(
        totalrows=page.total,
        totalpages=part.pages(page.total),
        pagerows=part.rows,
        pagenumber=part.page,
        data=await _rows(call, shape, page.records, company),
    )


async def _rows(call: Call, shape: type[Any], listed: Sequence[Listed], company: Company) -> list[Any]:
    if shape is shapes.InList:
        return [translate.in_list(each, company) for each in listed]
    whole = await costed.show_all(call.desk, call.caller, [each.id for each in listed])
    return [translate.details(each, company) for each in whole]


def _purchase(asked: Parameters) -> Key:
    """The key that `purchase` is. Raises Wrong."""
    given = asked.text("purchase")
    if not given:
        raise Wrong("purchase is missing")
    key = reading.key(given)
    if key is None:
        raise Wrong(f"unknown purchase {quoted(given)}")
    return key


def _records(asked: Parameters) -> list[Record]:
    """The records of `input`. Raises Wrong."""
    given = asked.input
    data = given.get("data") if isinstance(given, dict) else None
    if not isinstance(data, list) or not data:
        raise Wrong('input must be an object whose member "data" is a list of records')
    if len(data) > MAX_RECORDS:
        raise Wrong(f"data may hold {MAX_RECORDS} records at most")
    return [translate.as_record(each, place) for place, each in enumerate(data)]


async def update(call: Call, asked: Parameters) -> Written[Any]:
    """Change purchases, all of them or none."""
    company = await call.desk.company(call.tenant_id)
    updates = [Update(each, place, company) for place, each in enumerate(_records(asked))]
    return _written(
        PROCESSED, await costed.amend_all(call.desk, call.caller, [Asked(each.key, each) for each in updates])
    )


async def create(call: Call, asked: Parameters) -> Written[Any]:
    """Enter estimates, all of them or none."""
    wishes = [translate.estimate(each, place) for place, each in enumerate(_records(asked))]
    return _written(PROCESSED, await costed.estimate_all(call.desk, call.caller, wishes))


async def delete(call: Call, asked: Parameters) -> Written[Any]:
    """Delete purchases, all of them or none."""
    deletions = [translate.Deletion(each, place) for place, each in enumerate(_records(asked))]
    gone = await costed.delete_all(call.desk, call.caller, [costed.Deletion(each.key, each) for each in deletions])
    return Written(responsemessage=PROCESSED, data=[translate.deleted(each) for each in gone])


async def promote(call: Call, asked: Parameters) -> Written[Any]:
    """Make an estimate a real purchase."""
    return _written(PROMOTED, [await costed.promote(call.desk, call.caller, _purchase(asked))])


def _invest(on: bool) -> "Act":
    async def switch(call: Call, asked: Parameters) -> Written[Any]:
        wish = CostedWish(cost=CostWish(invest=on))
        return _written(
            INVESTED, await costed.amend_all(call.desk, call.caller, [Asked(_purchase(asked), lambda _: wish)])
        )

    return switch


def _written(message: str, done: Iterable[Amended]) -> Written[Any]:
    """The envelope with each purchase after its change. Source: section 8; what is ignored is told by name."""
    names: set[str] = set()
    rows = []
    for each in done:
        names.update(each.ignored, (model.NAMES[field] for field in each.lost))
        rows.append(translate.written(each.costed))
    warning = ", ".join(name for name in model.FIELDS if name in names)
    return Written(responsemessage=message, warningmessage=warning, data=rows)


Act = Callable[[Call, Parameters], Awaitable[Written[Any]]]
ACTIONS: Final[dict[str, Act]] = {
    "update": update,
    "create": create,
    "delete": delete,
    "promote": promote,
    "investment_on": _invest(True),
    "investment_off": _invest(False),
}


def writes(call: Call) -> bool:
    return parameters.of(call).text("action") in ACTIONS


PURCHASES: Final = "/jsonapi/purchases.json"
