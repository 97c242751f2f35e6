-- Billing: whom invoices go to, and the card that a payment provider keeps. Never a card's number.

CREATE TABLE billing (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    region TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('email', 'post')),
    -- of the card all or nothing
    card_id BYTEA,
    -- what the provider knows it by, sealed
    token TEXT,
    brand TEXT,
    last_four TEXT CHECK (LENGTH(last_four) = 4),
    -- the last month in which it is good
    expires_year BIGINT,
    expires_month BIGINT CHECK (expires_month BETWEEN 1 AND 12)
);
