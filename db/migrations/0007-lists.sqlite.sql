-- Lists by name, ignoring the case of ASCII letters, and of users who are active or not. Older
-- binaries neither read nor write name_key.
ALTER TABLE users ADD COLUMN name_key TEXT GENERATED ALWAYS AS (lower(name)) VIRTUAL;
CREATE INDEX users_by_name ON users (name_key, id);
CREATE INDEX users_by_active ON users (active, id);
