-- What comes back: mails that were acted on, and what they said of readers.

-- Mails that were acted on, so that each has its effect once. Nothing of what
-- they say.
CREATE TABLE incoming (
    id      INTEGER PRIMARY KEY,  -- named by bounce
    hash    BLOB NOT NULL UNIQUE, -- keyed hash of what tells it from others
    at      INTEGER NOT NULL,     -- when it was read
    kind    TEXT NOT NULL,        -- "bounce", "human" ...
    outcome TEXT NOT NULL         -- "suspended", "forwarded" ...
) STRICT;
-- What came lately.
CREATE INDEX incoming_by_time ON incoming (at);

-- What was reported of a reader, by mail or by the relay's own reply.
-- Append-only, but that texts go after a while, and names by erasure.
CREATE TABLE bounce (
    id            INTEGER PRIMARY KEY, -- the order of things
    incoming_id   INTEGER,             -- the mail; NULL: no mail
    at            INTEGER NOT NULL,    -- when it was read, or replied
    subscriber_id INTEGER              -- whom it is about; NULL: nobody is
                                       -- known, or erased
                  REFERENCES subscriber (id) ON DELETE SET NULL,
    mailing_id    INTEGER,             -- NULL: not known, or a letter
    delivery_id   INTEGER,             -- the copy; NULL: not known
    email         TEXT NOT NULL,       -- as reported; may be empty
    kind          TEXT NOT NULL        -- refused: by the relay, while sending;
                                       -- restored: what was before no longer
                                       -- counts
                  CHECK (kind = 'bounce' OR kind = 'delay'
                         OR kind = 'delivered' OR kind = 'complaint'
                         OR kind = 'auto-reply' OR kind = 'challenge'
                         OR kind = 'human' OR kind = 'refused'
                         OR kind = 'restored'),
    verdict       TEXT NOT NULL        -- what it says of the address
                  CHECK (verdict = 'none' OR verdict = 'dead'
                         OR verdict = 'full' OR verdict = 'temporary'
                         OR verdict = 'policy'),
    reason        TEXT NOT NULL,       -- "no-mailbox" ...; may be empty
    status        TEXT NOT NULL,       -- "5.1.1"; may be empty
    reply_code    INTEGER NOT NULL,    -- 550; 0: none
    evidence      TEXT NOT NULL,       -- the words that say so; emptied later
    proof         TEXT NOT NULL        -- how sure it is whom it is about
                  CHECK (proof = 'address' OR proof = 'message'
                         OR proof = 'token' OR proof = 'session'),
    effect        TEXT NOT NULL        -- what it did
                  CHECK (effect = 'noted' OR effect = 'counted'
                         OR effect = 'suspended' OR effect = 'left')
) STRICT;
-- A reader's story, and judging.
CREATE INDEX bounce_by_subscriber ON bounce (subscriber_id)
    WHERE subscriber_id IS NOT NULL;
-- What came back of a mailing.
CREATE INDEX bounce_by_mailing ON bounce (mailing_id)
    WHERE mailing_id IS NOT NULL;
-- Texts that are to be emptied.
CREATE INDEX bounce_by_time ON bounce (at) WHERE evidence <> '' OR email <> '';
