-- A reply in a thread is asked for by where it stands: which card is it under?

CREATE INDEX messages_place ON messages (tenant_id, channel, ts);
