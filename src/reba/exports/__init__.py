"""What leaves the ledger for books and banks."""
