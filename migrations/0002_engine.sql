-- What the send engine needs: copies that are enlisted while the mailing goes
-- out, rows that cost little to write, relays by number, and counts that are
-- kept so that nobody has to wait for a million rows to be counted.

-- Relays that were ever used, named by the receipts.
CREATE TABLE relay (
    id   INTEGER PRIMARY KEY,  -- named by receipts
    name TEXT NOT NULL UNIQUE  -- "smtp://mail.example.org:587"
) STRICT;
INSERT INTO relay (name)
    SELECT DISTINCT relay FROM (SELECT relay FROM delivery
                                UNION SELECT relay FROM attempt)
    WHERE relay <> '' ORDER BY 1;

-- Copies handed to a relay, day by day: limits of a day, and warm-up.
CREATE TABLE relay_day (
    relay_id INTEGER NOT NULL  -- the relay
             REFERENCES relay (id),
    day      INTEGER NOT NULL, -- days since 1970, local
    copies   INTEGER NOT NULL, -- tried on that day
    PRIMARY KEY (relay_id, day)
) STRICT, WITHOUT ROWID;

-- Numbers that are given out once.
CREATE TABLE counter (
    name  TEXT NOT NULL PRIMARY KEY, -- "session"
    value INTEGER NOT NULL           -- the last one given out
) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('session', 0);

-- A mailing's condition on readers (--where, as typed), how many people must
-- agree to it, and its audience when it was asked for. Readers with an id
-- after enlist_after, up to enlist_to, have no row yet: they get it when it
-- is their turn.
ALTER TABLE mailing ADD COLUMN filter TEXT NOT NULL DEFAULT '';
ALTER TABLE mailing ADD COLUMN approvals INTEGER NOT NULL DEFAULT 1
    CHECK (approvals = 1 OR approvals = 2);
ALTER TABLE mailing ADD COLUMN audience INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailing ADD COLUMN enlist_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailing ADD COLUMN enlist_to INTEGER NOT NULL DEFAULT 0;
UPDATE mailing SET audience = (SELECT COUNT(*) FROM delivery d
                               WHERE d.mailing_id = mailing.id);
CREATE INDEX mailing_enlisting ON mailing (list_id)
    WHERE enlist_after < enlist_to;
CREATE INDEX mailing_at_work ON mailing (state)
    WHERE state = 'scheduled' OR state = 'sending';

-- Readers whose subscription changed after a mailing was asked for and before
-- they were enlisted for it: how it stood when the audience was counted.
CREATE TABLE mailing_change (
    mailing_id    INTEGER NOT NULL  -- the mailing
                  REFERENCES mailing (id),
    subscriber_id INTEGER NOT NULL, -- the reader
    state         TEXT NOT NULL,    -- of subscription; empty: not on the list
    PRIMARY KEY (mailing_id, subscriber_id)
) STRICT, WITHOUT ROWID;

-- Single mails that the program writes to one person.
CREATE TABLE letter_2 (
    id            INTEGER PRIMARY KEY, -- named by its delivery
    kind          TEXT NOT NULL        -- what it is for
                  CHECK (kind = 'confirm' OR kind = 'welcome'
                         OR kind = 'farewell' OR kind = 'tip'
                         OR kind = 'notice' OR kind = 'test'),
    envelope_from TEXT NOT NULL,       -- where bounces go; empty: nowhere
    message_id    TEXT NOT NULL,       -- left@domain
    message       BLOB NOT NULL,       -- the whole mail
    created_at    INTEGER NOT NULL,    -- when
    deadline      INTEGER NOT NULL     -- given up then
) STRICT;
INSERT INTO letter_2
    SELECT l.id, l.kind, l.envelope_from,
           COALESCE((SELECT d.message_id FROM delivery d
                     WHERE d.letter_id = l.id), ''),
           l.message, l.created_at, l.created_at + 172800
    FROM letter l;

-- One row for each recipient of a mailing or letter, with the receipt of the
-- last attempt. A copy of a mailing is born inside a claim, handing-over, and
-- gets its outcome by one more write, which touches no index. All that wait
-- have next_try_at, and so stand in one small index. The Message-ID is
-- MAILING.DELIVERY.SALT@DOMAIN, or the letter's. Where REFERENCES is missing
-- the row would be looked up for each of a million copies.
CREATE TABLE delivery_2 (
    id            INTEGER PRIMARY KEY, -- part of the Message-ID
    mailing_id    INTEGER,             -- NULL: belongs to a letter
    subscriber_id INTEGER,             -- NULL: no reader, or erased
    state         TEXT NOT NULL,       -- what became of it
    next_try_at   INTEGER,             -- of queued (0: at once) and deferred
                                       -- copies; NULL: of others
    claim_id      INTEGER,             -- who hands or handed it over; NULL:
                                       -- nobody yet
    attempts      INTEGER NOT NULL,    -- so far
    reason        TEXT NOT NULL,       -- why skipped: "left", "suppressed" ...
    email         TEXT NOT NULL,       -- where to, as of the enlisting
    letter_id     INTEGER              -- NULL: belongs to a mailing
                  REFERENCES letter_2 (id),
    tried_at      INTEGER,             -- last attempt; NULL: none yet
    took_ms       INTEGER,             -- it took; NULL or 0: not known
    session       INTEGER,             -- by which; NULL or 0: none
    relay_id      INTEGER,             -- by which; NULL: none
    reply_code    INTEGER,             -- 250; NULL or 0: no reply
    enhanced      TEXT,                -- "2.0.0"
    reply_text    TEXT,                -- the relay's words, or what happened
    queue_id      TEXT,                -- the relay's name for the copy
    CHECK ((mailing_id IS NULL) <> (letter_id IS NULL)),
    CHECK ((state = 'accepted' OR state = 'handing-over' OR state = 'refused'
            OR state = 'unknown' OR state = 'bounced' OR state = 'complained')
           AND next_try_at IS NULL AND reason = ''
           OR (state = 'queued' OR state = 'deferred')
           AND next_try_at IS NOT NULL AND reason = ''
           OR state = 'skipped' AND next_try_at IS NULL AND reason <> '')
) STRICT;
INSERT INTO delivery_2
    SELECT d.id, d.mailing_id, d.subscriber_id,
           CASE WHEN c.id IS NULL THEN d.state ELSE 'handing-over' END,
           CASE WHEN c.id IS NULL AND d.state = 'queued' THEN 0
                ELSE d.next_try_at END,
           COALESCE(c.id, d.claim_id), d.attempts, d.reason, d.email,
           d.letter_id, d.tried_at, NULL, NULL, r.id, d.reply_code,
           d.enhanced, d.reply_text, d.queue_id
    FROM delivery d
    LEFT JOIN claim c ON d.state = 'queued' AND c.mailing_id = d.mailing_id
        AND d.id BETWEEN c.first_id AND c.last_id
        AND d.claim_id IS DISTINCT FROM c.id
    LEFT JOIN relay r ON r.name = d.relay
    ORDER BY d.id;

-- Receipts of attempts that were followed by another one; the last attempt's
-- stands in delivery. Append-only.
CREATE TABLE attempt_2 (
    delivery_id INTEGER NOT NULL -- the copy
                REFERENCES delivery_2 (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL, -- 1 is the first
    state       TEXT NOT NULL     -- how it ended
                CHECK (state = 'accepted' OR state = 'deferred'
                       OR state = 'refused' OR state = 'unknown'),
    at          INTEGER NOT NULL, -- when
    took_ms     INTEGER NOT NULL, -- 0: not known
    session     INTEGER NOT NULL, -- 0: none
    relay_id    INTEGER,          -- as in delivery
    reply_code  INTEGER NOT NULL, -- 0: no reply
    enhanced    TEXT NOT NULL,    -- as in delivery
    reply_text  TEXT NOT NULL,    -- as in delivery
    queue_id    TEXT NOT NULL,    -- as in delivery
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO attempt_2
    SELECT a.delivery_id, a.number, a.state, a.at, 0, 0, r.id, a.reply_code,
           a.enhanced, a.reply_text, a.queue_id
    FROM attempt a LEFT JOIN relay r ON r.name = a.relay
    ORDER BY a.delivery_id, a.number;

-- What a process is handing over: copies in state handing-over that name the
-- claim. Written before their first byte leaves; gone when all have a result.
-- Ids are never used again.
CREATE TABLE claim_2 (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- named by its copies
    mailing_id INTEGER           -- of the copies; NULL: they are letters
               REFERENCES mailing (id),
    first_id   INTEGER NOT NULL, -- lowest delivery
    last_id    INTEGER NOT NULL, -- highest delivery
    open       INTEGER NOT NULL, -- copies without a result
    pid        INTEGER NOT NULL, -- process
    host       TEXT NOT NULL,    -- machine
    at         INTEGER NOT NULL, -- when
    CHECK (first_id <= last_id AND open > 0)
) STRICT;
INSERT INTO claim_2 SELECT * FROM claim;
DELETE FROM sqlite_sequence WHERE name = 'claim_2';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'claim_2', seq FROM sqlite_sequence WHERE name = 'claim';

DROP TABLE claim;
DROP TABLE attempt;
DROP TABLE delivery;
DROP TABLE letter;
ALTER TABLE letter_2 RENAME TO letter;
ALTER TABLE delivery_2 RENAME TO delivery;
ALTER TABLE attempt_2 RENAME TO attempt;
ALTER TABLE claim_2 RENAME TO claim;

-- Nobody gets two copies of a mailing.
CREATE UNIQUE INDEX delivery_by_reader ON delivery (mailing_id, subscriber_id);
CREATE INDEX delivery_by_due ON delivery (mailing_id, next_try_at)
    WHERE next_try_at IS NOT NULL;

-- What ON DELETE SET NULL would do.
CREATE TRIGGER subscriber_erased BEFORE DELETE ON subscriber
BEGIN
    UPDATE delivery SET subscriber_id = NULL
    WHERE subscriber_id = OLD.id
      AND (mailing_id IS NULL OR mailing_id IN (SELECT id FROM mailing));
END;

-- How many copies of a mailing are in each state. Kept with each change of
-- delivery.state; checked against the rows by bd_store_check.
CREATE TABLE mailing_count (
    mailing_id INTEGER NOT NULL -- the mailing
               REFERENCES mailing (id),
    state      TEXT NOT NULL,    -- of delivery
    copies     INTEGER NOT NULL, -- in that state
    PRIMARY KEY (mailing_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO mailing_count
    SELECT mailing_id, state, COUNT(*) FROM delivery
    WHERE mailing_id IS NOT NULL GROUP BY mailing_id, state;

-- How many readers of a list are in each state. Kept with each change of
-- subscription.state and of a name; checked as above.
CREATE TABLE list_count (
    list_id  INTEGER NOT NULL  -- the list
             REFERENCES list (id) ON DELETE CASCADE,
    state    TEXT NOT NULL,    -- of subscription
    readers  INTEGER NOT NULL, -- in that state
    nameless INTEGER NOT NULL, -- of them, those without a name
    PRIMARY KEY (list_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO list_count
    SELECT n.list_id, n.state, COUNT(*), COUNT(*) FILTER (WHERE r.name = '')
    FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id
    GROUP BY n.list_id, n.state;
