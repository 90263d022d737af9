-- What the imported file was called, for whoever is told that its content is here already. Null in
-- rows that older binaries write.
ALTER TABLE imports ADD COLUMN file_name TEXT;
