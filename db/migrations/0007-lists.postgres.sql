-- Lists by name, ignoring the case of ASCII letters, and of users who are active or not. With the
-- collation "C" lower() changes only ASCII letters.
CREATE INDEX users_by_name ON users (lower(name COLLATE "C"), id);
CREATE INDEX users_by_active ON users (active, id);
