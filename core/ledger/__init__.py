"""The ledger: the state database. It is the queue; a run may die anywhere and the next goes on."""

from core.ledger.ledger import Ledger, LedgerError

__all__ = ["Ledger", "LedgerError"]
