"""For migrations that work while the application does. They need atomic = False."""

from django.db import migrations


def drop_index(name, definition):
    """Drops the index where it still is. The way back builds it where it is missing, and fails if what is there is invalid,
    as a build that was interrupted leaves it: IF NOT EXISTS takes that for the index."""
    return migrations.RunSQL(
        sql=[f"drop index concurrently if exists {name}"],
        reverse_sql=[
            f"create index concurrently if not exists {name} {definition}",
            f"""
            do $$ begin
                if not (select indisvalid from pg_catalog.pg_index where indexrelid = '{name}'::pg_catalog.regclass) then
                    raise exception '{name} is not valid: a build of it was interrupted'
                        using hint = 'Drop it and migrate back again: DROP INDEX CONCURRENTLY {name}';
                end if;
            end $$
            """,
        ],
    )
