"""Alembic migrations. `alembic revision --autogenerate -m "what changes"` drafts the next one."""
