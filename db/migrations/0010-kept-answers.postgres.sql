-- The answers to creates that had an idempotency key, for repetitions of the requests. Older binaries
-- neither read nor write them. An answer has the user as it was created, until it expires.
CREATE TABLE kept_answers (
  caller text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  fingerprint text NOT NULL,
  user_id bigint NOT NULL,
  status bigint NOT NULL,
  fields text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX kept_answers_by_end ON kept_answers (expires_at);
