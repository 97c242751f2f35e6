-- What Directory Insights filters and searches events by. The body stays what is sealed; these repeat parts of it.
ALTER TABLE events ADD COLUMN success BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE events ADD COLUMN client_ip TEXT COLLATE "C" NOT NULL DEFAULT '';
-- folded: kind, names, address, message and changes
ALTER TABLE events ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE events SET
    success = (body::jsonb ->> 'success')::boolean,
    client_ip = COALESCE(body::jsonb ->> 'client_ip', ''),
    search_text = lower(body);

-- The order of the list; the result is in it for the histogram, which reads nothing else.
CREATE INDEX events_at ON events (at, pk, success);
CREATE INDEX events_of_kind ON events (kind, at);
CREATE INDEX events_by ON events (actor_id, at) WHERE actor_id IS NOT NULL;
DROP INDEX events_of_target;
CREATE INDEX events_of_target ON events (target_id, at) WHERE target_id IS NOT NULL;
CREATE INDEX events_from ON events (client_ip, at);

-- The end of the chain, sealed with the key that is not in the database: who can write here alone cannot make another.
ALTER TABLE seal ADD COLUMN signed TEXT NOT NULL DEFAULT '';
