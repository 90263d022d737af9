-- AUTOINCREMENT: the id of a deleted user is never given again. email_key is the e-mail folded by
-- domain/, since the lower() of the engines differ. Times are milliseconds since 1970, UTC.
CREATE TABLE users (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id >= 1),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email TEXT,
  email_key TEXT UNIQUE,
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;
