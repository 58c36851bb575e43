"""Arithmetic on times in SQL, alike on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import Date, Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from backend.core.database import UtcDateTime


class utc_day(GenericFunction[Any]):  # noqa: N801, a function's name
    """The day that a time is on."""

    type = Date()
    inherit_cache = True


class utc_hour(GenericFunction[Any]):  # noqa: N801
    """The beginning of the hour that a time is in."""

    type = UtcDateTime()
    inherit_cache = True


class seconds_between(GenericFunction[Any]):  # noqa: N801
    """From the first time to the second."""

    type = Float()
    inherit_cache = True


@compiles(utc_day, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(timezone('UTC', {compiler.process(element.clauses, **options)}) AS DATE)"


@compiles(utc_day, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(utc_hour, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"date_trunc('hour', {compiler.process(element.clauses, **options)}, 'UTC')"


@compiles(utc_hour, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    return f"strftime('%Y-%m-%d %H:00:00.000000', {compiler.process(element.clauses, **options)})"


@compiles(seconds_between, "postgresql")
def _(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(extract(epoch FROM {end} - {start}) AS DOUBLE PRECISION)"


@compiles(seconds_between, "sqlite")
def _(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 86400.0)"
