"""How masks lie in files: one module per layout, which writes it and reads it again. No database, no HTTP."""
