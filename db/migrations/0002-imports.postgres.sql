-- One row for each imported file: how far it was read, in the transaction of its last batch.
CREATE TABLE imports (
  sha256 text NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
  last_line bigint NOT NULL CHECK (last_line >= 0),
  finished bigint NOT NULL CHECK (finished IN (0, 1)),
  updated_at bigint NOT NULL
);
