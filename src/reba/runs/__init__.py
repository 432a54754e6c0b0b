"""The monthly run, from a file of facts to a report."""
