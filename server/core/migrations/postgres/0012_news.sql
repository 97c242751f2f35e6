-- Up to which version administrators have been told what is new; nothing before the first start.

CREATE TABLE news (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    version TEXT NOT NULL
);
