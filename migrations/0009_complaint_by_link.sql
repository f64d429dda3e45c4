-- Complaints that show only what goes with a forwarded letter: its link for
-- leaving. They do what the link does.

-- What was reported of a reader, by mail or by the relay's own reply.
-- Append-only, but that texts go after a while, and names by erasure.
CREATE TABLE bounce_9 (
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
                         OR proof = 'link' OR proof = 'token'
                         OR proof = 'session'),
    effect        TEXT NOT NULL        -- what it did
                  CHECK (effect = 'noted' OR effect = 'counted'
                         OR effect = 'suspended' OR effect = 'left'
                         OR effect = 'unsubscribed')
) STRICT;
INSERT INTO bounce_9 SELECT id, incoming_id, at, subscriber_id, mailing_id,
                            delivery_id, email, kind, verdict, reason, status,
                            reply_code, evidence, proof, effect
    FROM bounce;
DROP TABLE bounce;
ALTER TABLE bounce_9 RENAME TO bounce;

-- A reader's story, and judging.
CREATE INDEX bounce_by_subscriber ON bounce (subscriber_id)
    WHERE subscriber_id IS NOT NULL;
-- What came back of a mailing.
CREATE INDEX bounce_by_mailing ON bounce (mailing_id)
    WHERE mailing_id IS NOT NULL;
-- Texts that are to be emptied.
CREATE INDEX bounce_by_time ON bounce (at) WHERE evidence <> '' OR email <> '';
