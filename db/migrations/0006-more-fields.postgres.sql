-- Username, external id, whether the account is open, and attributes as the text of a JSON object.
-- Older binaries neither read nor write these columns. username_key is as email_key.
ALTER TABLE users
  ADD COLUMN username text,
  ADD COLUMN username_key text COLLATE "C",
  ADD COLUMN external_id text COLLATE "C",
  ADD COLUMN active bigint NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  ADD COLUMN attributes text NOT NULL DEFAULT '{}',
  ADD CHECK ((username IS NULL) = (username_key IS NULL));
CREATE UNIQUE INDEX users_username_key ON users (username_key) WHERE username_key IS NOT NULL;
CREATE UNIQUE INDEX users_external_id_key ON users (external_id) WHERE external_id IS NOT NULL;
