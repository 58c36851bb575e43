"""`python -m engine ...`: a file per command, with `add_command`. PyTorch is imported when one runs."""
