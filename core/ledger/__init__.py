"""The ledger: the state database and work queue. A run may die anywhere; the next one goes on."""

from core.ledger.ledger import Ledger, LedgerError

__all__ = ["Ledger", "LedgerError"]
