"""Stopping a review: advice, a registered check, and what its result allows to be counted.

`standing` folds the ledger's events, `tally` says what a check found, `void` why a certificate no
longer holds, `drawing` makes a check, `outlook` gives advice, and `desk` is what `Review` offers.
Import from those: a snapshot reads the first three, the others read snapshots.
"""
