-- The log of changes: a row for each user that a transaction has created, updated or deleted. The
-- newest row is never deleted, nor is the newest of those that are too old to be kept: all changes
-- behind the oldest row are there. The first row (kind start, no user) says where the log begins.
CREATE TABLE changes (
  seq INTEGER NOT NULL PRIMARY KEY,
  user_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('start', 'created', 'updated', 'deleted')),
  at INTEGER NOT NULL,
  by TEXT
) STRICT;
CREATE INDEX changes_of_user ON changes (user_id, seq);
-- Triggers write it, so that no writer passes it by, an older binary neither.
CREATE TRIGGER log_created_user AFTER INSERT ON users BEGIN
  INSERT INTO changes (user_id, version, kind, at)
    VALUES (NEW.id, NEW.version, 'created',
            CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER));
END;
CREATE TRIGGER log_updated_user AFTER UPDATE ON users BEGIN
  INSERT INTO changes (user_id, version, kind, at)
    VALUES (NEW.id, NEW.version, 'updated',
            CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER));
END;
CREATE TRIGGER log_deleted_user AFTER DELETE ON users BEGIN
  INSERT INTO changes (user_id, version, kind, at)
    VALUES (OLD.id, OLD.version, 'deleted',
            CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER));
END;
-- A log that lacks the users from before it does not begin at 0.
INSERT INTO changes (seq, user_id, version, kind, at)
  VALUES (EXISTS (SELECT 1 FROM users), 0, 0, 'start',
          CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER));
