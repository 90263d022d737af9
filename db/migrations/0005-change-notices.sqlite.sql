-- On SQLite nobody else writes while a daemon runs: nobody is to be told.
SELECT 1;
