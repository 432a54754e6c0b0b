"""What the regulations say: dated parameters, rules, and the trace of each amount."""
