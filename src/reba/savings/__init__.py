"""What the pilots decide: how a contribution is split, and what it is released for."""
