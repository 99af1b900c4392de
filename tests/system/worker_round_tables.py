"""A round's database: slow commits, and each claim noted with its time."""

import psycopg

from tests.postgres import Server, new_database

#: Commits take some tenths of a second more at random, as on a disk that others use; each claim is noted with its time.
_TEST_TABLES = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('test.has_waited', true) IS DISTINCT FROM 'yes' THEN
        PERFORM set_config('test.has_waited', 'yes', true);  -- until the end of the transaction
        IF random() < 0.3 THEN PERFORM pg_sleep(random() * 0.7); END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON ecnscrawl.records DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow();
CREATE TABLE claimed (site text, pid text, at double precision, is_takeover boolean);
CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO claimed VALUES (
        NEW.site, split_part(NEW.owner, ':', 2), extract(epoch FROM clock_timestamp()), OLD.owner IS NOT NULL
    );
    RETURN NULL;
END $$;
CREATE TRIGGER note_claim AFTER UPDATE ON ecnscrawl.sites FOR EACH ROW WHEN (NEW.epoch <> OLD.epoch)
    EXECUTE FUNCTION note_claim();
"""


def prepare(server: Server, *, numbers_by_insert: bool) -> str:
    """Make the database of a round; return its address. `numbers_by_insert` lets each row get its number at once."""
    address = new_database(server.environment)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_TEST_TABLES)
        if numbers_by_insert:
            connection.execute(
                "ALTER TABLE ecnscrawl.records ALTER number SET DEFAULT nextval('ecnscrawl.publication')"
            )
    return address
