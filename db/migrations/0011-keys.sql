-- The keys of e-mails and usernames are those of Unicode's case folding, of NFC and of A-labels. The
-- program computes them, for the rows whose text is not ASCII, before it records this migration.
SELECT 1;
