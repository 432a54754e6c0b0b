"""What happened: entries, the tree over them, accounts folded from them, and their audit."""
