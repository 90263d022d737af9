-- Tells every node which users were changed by others than Rollcall: by psql, by a trigger, by
-- another program. Rollcall names its own changes itself, once for a whole group of writes.
-- 390 ids of at most 19 digits fit into one payload; over 10,000 it is cheaper to forget all.
CREATE FUNCTION tell_of_changed_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    PERFORM pg_notify('rollcall', 'sql *');
  ELSIF (SELECT count(*) > 10000 FROM changed) THEN
    PERFORM pg_notify('rollcall', 'sql *');
  ELSE
    PERFORM pg_notify('rollcall', 'sql ' || string_agg(part.id::text, ','))
      FROM (SELECT id, (row_number() OVER () - 1) / 390 AS number FROM changed) AS part
      GROUP BY part.number;
  END IF;
  RETURN NULL;
END
$$;
-- At depth 0 stands the statement of a client; a trigger's changes are named by nobody else.
CREATE TRIGGER tell_of_updated_users AFTER UPDATE ON users
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT
  WHEN (current_setting('application_name') <> 'rollcall write' OR pg_trigger_depth() > 0)
  EXECUTE FUNCTION tell_of_changed_users();
CREATE TRIGGER tell_of_deleted_users AFTER DELETE ON users
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT
  WHEN (current_setting('application_name') <> 'rollcall write' OR pg_trigger_depth() > 0)
  EXECUTE FUNCTION tell_of_changed_users();
CREATE TRIGGER tell_of_truncated_users AFTER TRUNCATE ON users
  FOR EACH STATEMENT EXECUTE FUNCTION tell_of_changed_users();
