-- Billing: whom invoices go to, and the card that a payment provider keeps. Never a card's number.

CREATE TABLE billing (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    region TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('email', 'post')),
    -- of the card all or nothing
    card_id BLOB,
    -- what the provider knows it by, sealed
    token TEXT,
    brand TEXT,
    last_four TEXT CHECK (LENGTH(last_four) = 4),
    -- the last month in which it is good
    expires_year INTEGER,
    expires_month INTEGER CHECK (expires_month BETWEEN 1 AND 12)
) STRICT;
