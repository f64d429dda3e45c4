-- What was looked at before an issue is sent.

-- The last test of an issue, so that `send` can say what changed since.
CREATE TABLE tested (
    slug        TEXT NOT NULL PRIMARY KEY, -- of the issue
    source      TEXT NOT NULL,    -- the Markdown file as it was then
    letter_hash TEXT NOT NULL,    -- SHA-256 of the compiled letter, hex: tells
                                  -- whether templates, settings, pictures changed
    tested_at   INTEGER NOT NULL  -- seconds since 1970
) STRICT;
