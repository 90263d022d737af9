-- The ids that users had and have no more: an import must not give them to others. Written by a
-- trigger, so that no way to delete a user passes it by, an older binary's neither.
CREATE TABLE deleted_users (
  id INTEGER NOT NULL PRIMARY KEY
) STRICT;
CREATE TRIGGER remember_deleted_user AFTER DELETE ON users BEGIN
  INSERT OR IGNORE INTO deleted_users (id) VALUES (OLD.id);
END;
