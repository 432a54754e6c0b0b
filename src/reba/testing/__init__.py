"""What auditors check a ledger and the rules with. Needs the extra `testing`."""
