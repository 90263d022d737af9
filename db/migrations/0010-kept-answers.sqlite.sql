-- The answers to creates that had an idempotency key, for repetitions of the requests. Older binaries
-- neither read nor write them. An answer has the user as it was created, until it expires.
CREATE TABLE kept_answers (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  status INTEGER NOT NULL,
  fields TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX kept_answers_by_end ON kept_answers (expires_at);
