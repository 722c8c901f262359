"""The ledger's table, version by version."""
