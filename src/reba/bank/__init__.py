"""To the bank and back: credit transfers out (pain.001), statements in (camt.053). Extra `bank`."""
