-- The log of changes: a row for each user that a transaction has created, updated or deleted. The
-- newest row is never deleted, nor is the newest of those that are too old to be kept: all changes
-- behind the oldest row are there. The first row (kind start, no user) says where the log begins.
CREATE TABLE changes (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL,
  version bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('start', 'created', 'updated', 'deleted')),
  at bigint NOT NULL,
  by text
);
CREATE INDEX changes_of_user ON changes (user_id, seq);
-- Triggers write it, so that no writer passes it by, an older binary and psql neither. They run at
-- the commit: only then is the lock taken that gives the order of commits to seq, and it is held
-- until the commit is visible. Whoever may write users may log, and needs no privilege for it.
CREATE FUNCTION log_change_of_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7311482911065106);
  IF TG_OP = 'DELETE' THEN
    INSERT INTO changes (user_id, version, kind, at)
      VALUES (OLD.id, OLD.version, 'deleted', extract(epoch FROM clock_timestamp()) * 1000);
  ELSE
    INSERT INTO changes (user_id, version, kind, at)
      VALUES (NEW.id, NEW.version, CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'updated' END,
              extract(epoch FROM clock_timestamp()) * 1000);
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION log_truncation_of_users() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7311482911065106);
  INSERT INTO changes (user_id, version, kind, at)
    SELECT id, version, 'deleted', extract(epoch FROM clock_timestamp()) * 1000
    FROM users ORDER BY id;
  RETURN NULL;
END
$$;
-- As for every function of SECURITY DEFINER: a caller's temporary tables come last.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION log_change_of_user() SET search_path = pg_catalog, %I, pg_temp',
                 current_schema());
  EXECUTE format('ALTER FUNCTION log_truncation_of_users() '
                 'SET search_path = pg_catalog, %I, pg_temp', current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION log_change_of_user(), log_truncation_of_users() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER log_change_of_user AFTER INSERT OR UPDATE OR DELETE ON users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_change_of_user();
CREATE TRIGGER log_truncation_of_users BEFORE TRUNCATE ON users
  FOR EACH STATEMENT EXECUTE FUNCTION log_truncation_of_users();
-- A log that lacks the users from before it does not begin at 0. From the triggers on, nobody else
-- writes before this transaction has ended.
INSERT INTO changes (seq, user_id, version, kind, at) OVERRIDING SYSTEM VALUE
  SELECT CASE WHEN EXISTS (SELECT FROM users) THEN 1 ELSE 0 END, 0, 0, 'start',
         extract(epoch FROM clock_timestamp()) * 1000;
SELECT setval(pg_get_serial_sequence('changes', 'seq'), 1) FROM changes WHERE seq = 1;
