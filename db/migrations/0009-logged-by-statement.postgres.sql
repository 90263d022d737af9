-- A transaction that says so (rollcall.logs, set by lock_users) logs what its own statements change
-- by one call before its commit, which costs a third of a trigger for each row. What triggers of
-- other programs change in it is still logged by the trigger. Older binaries do not say so.
DROP TRIGGER log_change_of_user ON users;
CREATE CONSTRAINT TRIGGER log_change_of_user AFTER INSERT OR UPDATE OR DELETE ON users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (current_setting('rollcall.logs', true) IS DISTINCT FROM 'statement'
        OR pg_trigger_depth() > 0)
  EXECUTE FUNCTION log_change_of_user();
-- One element of each array for each change, in their order. As the trigger, it needs no privilege
-- but that of writing users, and takes the lock that gives the order of commits to seq.
CREATE FUNCTION log_changes_of_users(ids bigint[], versions bigint[], kinds text[])
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  caller text := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
  IF NOT has_table_privilege(caller, 'users', 'INSERT, UPDATE, DELETE') THEN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied for table users';
  END IF;
  PERFORM pg_advisory_xact_lock(7311482911065106);
  INSERT INTO changes (user_id, version, kind, at)
    SELECT id, version, kind, extract(epoch FROM clock_timestamp()) * 1000
    FROM unnest(ids, versions, kinds) WITH ORDINALITY AS change (id, version, kind, place)
    ORDER BY place;
END
$$;
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION log_changes_of_users(bigint[], bigint[], text[]) '
                 'SET search_path = pg_catalog, %I, pg_temp', current_schema());
END
$$;
