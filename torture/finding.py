"""What a trial found: counts for the table, and faults in words."""

from typing import Final

import msgspec

from torture.audit import Findings
from torture.journal import Journal, Outcome
from torture.moves import PLAYS

# How many faults of a kind are told in full.
TOLD: Final = 10


class Finding(msgspec.Struct):
    """The outcome of one trial. `counts` are told in this order; a fault is a sentence, and none may be left."""

    trial: str
    counts: dict[str, int | float | str] = {}
    faults: list[str] = []

    def claim(self, holds: bool, otherwise: str) -> None:
        """Take down a fault unless it holds."""
        if not holds:
            self.faults.append(otherwise)

    def add_writes(self, journal: Journal, found: Findings) -> None:
        """What clients were told of their writes, and what the book has made of them."""
        self.counts |= {"writes acknowledged": journal.count(Outcome.ACKNOWLEDGED)}
        self.counts |= {f"  by {face}": journal.acknowledged(face) for face in PLAYS}
        self.counts |= {
            "writes refused": journal.count(Outcome.REFUSED),
            "writes not sent": journal.count(Outcome.UNSENT),
            "writes of unknown outcome": journal.count(Outcome.UNKNOWN),
            "  of these there": found.present,
            "writes repeated with a key": journal.repeated(),
            "lost": len(found.lost),
            "half there": len(found.half),
            "there twice": len(found.repeated),
            "there although refused": len(found.uninvited),
        }
        for kind, faults in found.faults().items():
            self.faults += [f"{kind}: {fault}" for fault in faults[:TOLD]]
        failed = [f"{each.face} {each.what} got {each.status}: {each.answer}" for each in journal.failures()]
        self.faults += failed[:TOLD]
