"""Training: simulated annotators, losses, the loop, and what it is measured by."""
