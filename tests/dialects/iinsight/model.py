"""The contract once more, as plain Python over dictionaries: what each request must be answered with.

Source: contract sections 2 to 6. A request with one fault has one answer; where several faults meet, any one of the
fitting answers will do.
"""

from dataclasses import dataclass, field

MISSING = (400, "missing_parameter")
MALFORMED = (400, "invalid_parameter")
ABSENT = (404, "not_found")
AMBIGUOUS = (409, "ambiguous_purchase_order")
VOID = (400, "invalid_grant")
ID_NAMES = ("purchase_order_id", "record_id")


def told(status, body):
    """What the model speaks of: of an error its status and code, of a success the whole answer."""
    return (status, body["error"]) if status >= 400 else (status, body)


@dataclass
class Desk:
    """The purchase orders of each case by ID, oldest first. A parameter that is not sent is not in the dictionary."""

    cases: dict

    def faults_of_case(self, sent):
        text = sent.get("case_id", "")
        if not text.strip():
            return [MISSING]
        if not (text.isascii() and text.isdecimal() and int(text)):
            return [MALFORMED]
        return [] if int(text) in self.cases else [ABSENT]

    def faults_of_name(self, sent):
        text = sent.get("purchase_order", "")
        if not text.strip():
            return [MISSING, *([MALFORMED] if len(text) > 255 else [])]
        return [MALFORMED] if len(text) > 255 or "\0" in text else []

    def create(self, sent, number):
        """The right answers to a creation that was, or would have been, given this ID."""
        faults = self.faults_of_case(sent) + self.faults_of_name(sent)
        if faults:
            return faults
        self.cases[int(sent["case_id"])][number] = sent["purchase_order"]
        return [(200, {"response": "Purchase order created", "purchase_order_id": number})]

    def delete(self, sent):
        faults = self.faults_of_case(sent)
        named = {sent[name] for name in ID_NAMES if name in sent}
        malformed = [text for text in named if not (text.isascii() and text.isdecimal())]
        if malformed or len(named) > 1:
            faults = [*faults, MALFORMED, *([MISSING] if any(not text.strip() for text in malformed) else [])]
        if faults:
            return faults
        held = self.cases[int(sent["case_id"])]
        wanted = [int(text) for text in named] or list(held)
        if not wanted or wanted[0] not in held:
            return [ABSENT]
        if len(wanted) > 1:
            return [AMBIGUOUS]
        del held[wanted[0]]
        return [(200, {"response": "Purchase order deleted", "purchase_order_id": str(wanted[0])})]

    def list(self, sent):
        faults = self.faults_of_case(sent)
        if faults:
            return faults
        held = self.cases[int(sent["case_id"])]
        return [(200, [{"record_id": str(number), "purchase_order": name} for number, name in sorted(held.items())])]


@dataclass
class Tokens:
    """Who got which token; a refresh token leaves when it is used."""

    access: set = field(default_factory=set)
    refresh: dict = field(default_factory=dict)

    def issued(self, client, tokens):
        assert tokens["access_token"] not in self.access
        assert tokens["refresh_token"] not in self.refresh
        self.access.add(tokens["access_token"])
        self.refresh[tokens["refresh_token"]] = client

    def renews(self, client, token):
        """Whether this client may renew with it; if so the token is void from now on."""
        if self.refresh.get(token) != client:
            return False
        del self.refresh[token]
        return True

    def opens(self, token):
        return token in self.access
