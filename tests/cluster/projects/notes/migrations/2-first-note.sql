INSERT INTO notes VALUES (1, 'written by a migration');
