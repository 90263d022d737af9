-- The ids that users had and have no more: an import must not give them to others. Written by a
-- trigger, so that no way to delete a user passes it by, an older binary's neither.
CREATE TABLE deleted_users (
  id bigint NOT NULL PRIMARY KEY
);
CREATE FUNCTION remember_deleted_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO deleted_users (id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER remember_deleted_user AFTER DELETE ON users
  FOR EACH ROW EXECUTE FUNCTION remember_deleted_user();
