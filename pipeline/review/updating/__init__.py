"""What an update found about records that were known before: retracted, vanished, changed."""
