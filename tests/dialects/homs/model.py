"""The contract once more, as plain Python over dictionaries: what each request must be answered with.

Source: contract sections 3 to 8. A request with one fault has one answer; where several faults meet, the
contract does not say which one is told, so any of them will do.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from .given import DEMO_SHOWN, FIELDS, JOHNSON_SHOWN, WITHOUT_FIELDS

MOSCOW = timezone(timedelta(hours=3))  # since October 2014; the generated moments are later
KINDS = {
    "support_request": dict.fromkeys(FIELDS["support_request"], "string"),
    "vacation_request": dict.fromkeys(FIELDS["vacation_request"], "string")
    | {"beginDate": "datetime", "endDate": "datetime"},
    "all_kinds": {
        "aString": "string",
        "aNumber": "number",
        "aBoolean": "boolean",
        "aDate": "datetime",
        "aJson": "json",
    },
    WITHOUT_FIELDS: {},
}
STATES = ("to_execute", "in_progress", "done")
ROLES = ("user", "vip", "admin")
BOOLEANS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
NO_SUCH = (404, None)
REQUIRED = ("email", "name", "last_name", "company", "department")


@dataclass
class Expected:
    """The answers that are right: one if the request is accepted or has one fault."""

    answers: list
    several: bool = False

    def allows(self, status, body):
        if self.several:
            return status in {each for each, _ in self.answers}
        return (status, body) == self.answers[0]


def refusal(faults):
    return Expected(faults, several=len(faults) > 1)


@dataclass
class Orders:
    """All orders by code, oldest first; `emails` are the users who may be responsible."""

    emails: tuple
    shown: dict = field(default_factory=dict)

    def create(self, attributes, code, id_):
        """The answer to a creation that was, or would have been, given this code and id."""
        type_code = attributes.get("order_type_code")
        blank = {
            "id": id_,
            "code": code,
            "ext_code": None,
            "bp_id": None,
            "bp_state": None,
            "state": "to_execute",
            "archived": False,
            "data": nothing_in(type_code) if type_code in KINDS else [],
            "done_at": None,
            "order_type_code": type_code,
            "user_email": None,
        }
        faults, order = self.amended(blank, {"order_type_code": None} | attributes)
        if faults:
            return refusal(faults)
        self.shown[code] = order
        return Expected([(201, {"order": order})])

    def update(self, code, attributes):
        if code not in self.shown:
            return Expected([NO_SUCH])
        faults, order = self.amended(self.shown[code], attributes)
        if faults:
            return refusal(faults)
        self.shown[code] = order
        return Expected([(200, {"order": order})])

    def show(self, code):
        return Expected([(200, {"order": self.shown[code]}) if code in self.shown else NO_SUCH])

    def delete(self, code):
        return Expected([(204, None) if self.shown.pop(code, None) else NO_SUCH])

    def list(self, page_size, page):
        newest_first = list(self.shown.values())[::-1]
        return Expected([(200, {"orders": newest_first[(page - 1) * page_size : page * page_size]})])

    def amended(self, order, attributes):
        """The faults of the attributes and the order as it becomes if there are none."""
        after, faults = dict(order), []
        for key in ("ext_code", "bp_id", "bp_state"):
            if key in attributes:
                after[key] = free_text(attributes[key], key, faults)
        if "state" in attributes:
            after["state"] = one_of(STATES, attributes["state"], "state", faults)
        if "archived" in attributes:
            after["archived"] = attributes["archived"]
        if "done_at" in attributes:
            after["done_at"] = moment(attributes["done_at"], "done_at", faults)
        if "user_email" in attributes:
            after["user_email"] = attributes["user_email"] or None
            if after["user_email"] not in (None, *self.emails):
                faults.append(NO_SUCH)
        type_code = attributes.get("order_type_code", order["order_type_code"])
        if type_code is None:
            faults.append((422, {"order_type": ["can't be blank"]}))
        elif type_code not in KINDS:
            faults.append(NO_SUCH)
        else:
            if type_code != order["order_type_code"]:
                after["order_type_code"], after["data"] = type_code, nothing_in(type_code)
            after["data"] = merged(after["data"], attributes.get("data"), KINDS[type_code], faults)
        return faults, after


@dataclass
class Users:
    """All users by e-mail; passwords are checked and forgotten."""

    shown: dict = field(default_factory=lambda: {user["email"]: dict(user) for user in (DEMO_SHOWN, JOHNSON_SHOWN)})

    def create(self, attributes):
        blank = dict.fromkeys(DEMO_SHOWN) | {"role": "user"}
        required = dict.fromkeys((*REQUIRED, "password"))
        faults, user = self.amended(blank, required | attributes)
        if faults:
            return Expected([(422, faults)])
        self.shown[user["email"]] = user
        return Expected([(201, {"user": user})])

    def update(self, email, attributes):
        if email not in self.shown:
            return Expected([NO_SUCH])
        faults, user = self.amended(self.shown[email], attributes)
        if faults:
            return Expected([(422, faults)])
        del self.shown[email]
        self.shown[user["email"]] = user
        return Expected([(200, {"user": user})])

    def show(self, email):
        return Expected([(200, {"user": self.shown[email]}) if email in self.shown else NO_SUCH])

    def delete(self, email):
        return Expected([(204, None) if self.shown.pop(email, None) else NO_SUCH])

    def amended(self, user, attributes):
        """The error map of the attributes and the user as it becomes if the map is empty."""
        after = user | {key: value for key, value in attributes.items() if key in DEMO_SHOWN}
        faults = {key: ["is not specified"] for key in REQUIRED if key in attributes and not (after[key] or "").strip()}
        if "email" in attributes and "email" not in faults:
            after["email"] = after["email"].strip().lower()
            if not re.fullmatch(r"[^@\s]+@[^@\s]+", after["email"]):
                faults["email"] = ["is invalid"]
            elif after["email"] != user["email"] and after["email"] in self.shown:
                faults["email"] = ["is already taken"]
        if after["role"] not in ROLES:
            faults["role"] = ["is not included in the list"]
        if "password" in attributes:
            if not attributes["password"]:
                faults["password"] = ["is not specified"]
            elif len(attributes["password"]) < 8:
                faults["password"] = ["is too short"]
        return faults, after


def nothing_in(type_code):
    return dict.fromkeys(KINDS[type_code]) or []


def free_text(value, key, faults):
    if isinstance(value, (list, dict)) or (isinstance(value, str) and "\0" in value):
        faults.append((422, {key: ["is invalid"]}))
    return value if value is None else str(value)


def one_of(allowed, value, key, faults):
    if value not in allowed:
        faults.append((422, {key: ["is not included in the list"]}))
    return value


def moment(value, key, faults):
    """A base date as it is shown: Moscow time, to the second."""
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        faults.append((422, {key: ["is invalid"]}))
        return None
    at = at if at.tzinfo else at.replace(tzinfo=MOSCOW)
    return at.astimezone(MOSCOW).isoformat(timespec="seconds")


def merged(data, given, kinds, faults):
    """The data after these values; their faults are told in one entry."""
    if not isinstance(given, dict) or not given:
        return data
    if not kinds:
        messages = {name: ["No fields left after ignoring unknown ones"] for name in given}
        faults.append((422, {"data": [messages]}))
        return data
    checked = {name: checked_field(kinds[name], name, given[name]) for name in given if name in kinds}
    messages = {name: [message] for name, (_, message) in checked.items() if message}
    if messages:
        faults.append((422, {"data": [messages]}))
    return data | {name: value for name, (value, _) in checked.items()}


def checked_field(kind, name, value):
    """What is stored for the value, and the message if it is wrong."""
    if value is None:
        return None, None
    return CHECKS[kind](name, value)


def checked_string(name, value):
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        return None, f"Attribute '{name}' should be of the String type"
    if any(len(text) > 1023 for text in texts):
        return None, f"Attribute '{name}' must not exceed 1023 characters"
    return value, None


def checked_number(name, value):
    if value == "":
        return None, None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value, None
    if isinstance(value, str) and re.fullmatch(r" *-?(0|[1-9][0-9]*)(\.[0-9]+)? *", value):
        return float(value) if "." in value else int(value), None
    return None, f"Attribute '{name}' has the invalid value '{told(value)}'"


def checked_boolean(name, value):
    if isinstance(value, bool):
        return value, None
    if isinstance(value, str) and value in BOOLEANS:
        return BOOLEANS[value], None
    return None, (
        f"Attribute '{name}' with the value '{told(value)}' must have a value from the list "
        '["true", "false", "on", "off", "1", "0"]'
    )


def checked_datetime(name, value):
    if value == "":
        return None, None
    form = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)"
    found = re.fullmatch(form, value) if isinstance(value, str) else None
    if not found or not is_in_the_calendar(found[1]):
        return None, f"Attribute '{name}' with the value '{told(value)}' should be of the DateTime type"
    seconds, fraction, offset = found.groups()
    return f"{seconds}.{(fraction or '').ljust(3, '0')[:3]}{offset}", None


def is_in_the_calendar(text):
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def checked_json(name, value):
    if isinstance(value, str) and (value == "" or value[0] in "[5"):
        return value, None
    return None, f"Attribute {name} has invalid value {told(value)}. Not a valid JSON."


CHECKS = {
    "string": checked_string,
    "number": checked_number,
    "boolean": checked_boolean,
    "datetime": checked_datetime,
    "json": checked_json,
}


def told(value):
    """A value as the messages tell it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
