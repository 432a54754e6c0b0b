"""What auditors check a ledger and the rules with. Needs the extra `testing` and pytest."""

from reba.testing.stores import StoreContract

__all__ = ["StoreContract"]
