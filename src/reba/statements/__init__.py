"""What a resident or caseworker reads."""
