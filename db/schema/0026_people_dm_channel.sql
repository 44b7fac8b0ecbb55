-- Nothing reads it: conversations.open is asked each time.
ALTER TABLE people DROP COLUMN dm_channel;
