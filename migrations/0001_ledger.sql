-- The ledger: readers and their consent, issues as sent, and what became of
-- every copy. Times are seconds since 1970, UTC. Empty text means "not
-- given"; NULL is used only where a comment says what it means. States are
-- checked by chains of OR: the list of an IN would be built anew for each
-- statement, and an import would take half as long again.

-- Facts that belong to the data: signing keys, the key of suppression hashes.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY, -- "suppression_key"
    value BLOB NOT NULL              -- text or bytes
) STRICT, WITHOUT ROWID;

-- Readers. Ids stand in links of letters, so they are never used again.
CREATE TABLE subscriber (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- stands in links
    email      TEXT NOT NULL,        -- as given, domain in A-labels
    email_key  TEXT NOT NULL UNIQUE, -- NFC, casefolded: same key, same reader
    name       TEXT NOT NULL,        -- as the reader writes it
    language   TEXT NOT NULL,        -- "sv", "en"; empty: the list's
    text_only  INTEGER NOT NULL      -- 1: wants no HTML
               CHECK (text_only = 0 OR text_only = 1),
    attributes TEXT NOT NULL,        -- JSON object, {"ort":"Kumla"}, or empty
    source     TEXT NOT NULL,        -- how the reader came: "cli", "import" ...
    created_at INTEGER NOT NULL      -- when
) STRICT;

-- Names of the attributes that readers have, in order of first use.
CREATE TABLE attribute (
    id   INTEGER PRIMARY KEY,  -- the order
    name TEXT NOT NULL UNIQUE  -- "ort"
) STRICT;

-- Mailing lists. Ids stand in links, so they are never used again.
CREATE TABLE list (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- stands in links
    slug        TEXT NOT NULL UNIQUE, -- "nyhetsbrev"; part of List-Id
    title       TEXT NOT NULL,        -- "Nyhetsbrevet"
    description TEXT NOT NULL,        -- for sign-up pages
    language    TEXT NOT NULL,        -- "sv", "en"
    created_at  INTEGER NOT NULL      -- when
) STRICT;

-- Who stands on which list, and how.
CREATE TABLE subscription (
    list_id       INTEGER NOT NULL    -- the list
                  REFERENCES list (id),
    subscriber_id INTEGER NOT NULL    -- the reader
                  REFERENCES subscriber (id) ON DELETE CASCADE,
    state         TEXT NOT NULL       -- bounced: suspended; complained: as spam
                  CHECK (state = 'active' OR state = 'pending'
                         OR state = 'left' OR state = 'bounced'
                         OR state = 'complained'),
    since         INTEGER NOT NULL,   -- when this state began
    PRIMARY KEY (list_id, subscriber_id)
) STRICT, WITHOUT ROWID;

-- Texts that people agreed to, and grounds that were stated for them. Kept
-- apart so that a million imported readers share one.
CREATE TABLE wording (
    id   INTEGER PRIMARY KEY,  -- named by consent
    text TEXT NOT NULL UNIQUE  -- as it was shown or stated
) STRICT;

-- The consent ledger: every change of a subscription. Append-only; erasing a
-- reader empties subscriber_id and fills subject_hash.
CREATE TABLE consent (
    id            INTEGER PRIMARY KEY, -- the order of things
    at            INTEGER NOT NULL,    -- when
    subscriber_id INTEGER              -- who; NULL once erased
                  REFERENCES subscriber (id) ON DELETE SET NULL,
    subject_hash  BLOB,                -- keyed hash of email_key, once erased
    list_id       INTEGER              -- NULL: about the reader as a whole
                  REFERENCES list (id),
    act           TEXT NOT NULL        -- what was done
                  CHECK (act = 'asked' OR act = 'confirmed'
                         OR act = 'imported' OR act = 'left'
                         OR act = 'changed' OR act = 'bounced'
                         OR act = 'complained' OR act = 'erased'
                         OR act = 'objected'),
    wording_id    INTEGER              -- NULL: no text was shown or stated
                  REFERENCES wording (id),
    channel       TEXT NOT NULL        -- the way it came
                  CHECK (channel = 'cli' OR channel = 'import'
                         OR channel = 'web' OR channel = 'mail'),
    actor         TEXT NOT NULL,       -- login name; empty: the reader
    network       TEXT NOT NULL,       -- address cut to /24 or /48
    note          TEXT NOT NULL        -- in words: what changed, reason given
) STRICT;
CREATE INDEX consent_by_subscriber ON consent (subscriber_id);

-- Who must never be mailed, whatever a file to import says. Holds no address:
-- a keyed hash recognises it, and survives the erasure of the reader.
CREATE TABLE suppression (
    id            INTEGER PRIMARY KEY, -- names the row
    address_hash  BLOB,                -- HMAC-SHA-256 of email_key, or NULL
    domain        TEXT,                -- a whole domain in A-labels, or NULL
    subscriber_id INTEGER              -- the reader with that address, if any
                  REFERENCES subscriber (id) ON DELETE SET NULL,
    list_id       INTEGER              -- NULL: all lists
                  REFERENCES list (id),
    reason        TEXT NOT NULL,       -- in words
    since         INTEGER NOT NULL,    -- when
    CHECK ((address_hash IS NULL) <> (domain IS NULL))
) STRICT;
CREATE INDEX suppression_by_hash ON suppression (address_hash);
CREATE INDEX suppression_by_domain ON suppression (domain)
    WHERE domain IS NOT NULL;
CREATE INDEX suppression_by_subscriber ON suppression (subscriber_id)
    WHERE subscriber_id IS NOT NULL;

-- Issues as they were sent: a changed file, or another list's frame around
-- it, is a row of its own.
CREATE TABLE issue (
    id           INTEGER PRIMARY KEY, -- the revision
    slug         TEXT NOT NULL,       -- "2016-1": the file's name
    title        TEXT NOT NULL,       -- as in the front matter
    source       TEXT NOT NULL,       -- the Markdown file
    source_hash  TEXT NOT NULL,       -- its SHA-256, hex
    message      BLOB NOT NULL,       -- compiled multipart message
    message_text BLOB NOT NULL,       -- compiled text-only message
    message_hash TEXT NOT NULL,       -- SHA-256 of the two, hex
    public       INTEGER NOT NULL     -- 1: shown in the archive
                 CHECK (public = 0 OR public = 1),
    frozen_at    INTEGER NOT NULL,    -- when
    UNIQUE (slug, source_hash, message_hash)
) STRICT;

-- One sending of an issue to a list. Ids stand in links and Message-IDs.
CREATE TABLE mailing (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- in Message-IDs
    issue_id          INTEGER NOT NULL  -- what is sent
                      REFERENCES issue (id),
    list_id           INTEGER NOT NULL  -- to whom
                      REFERENCES list (id),
    message_id_salt   TEXT NOT NULL,    -- random part of each Message-ID
    message_id_domain TEXT NOT NULL,    -- what stands after its @
    envelope_from     TEXT NOT NULL,    -- where bounces go
    state             TEXT NOT NULL     -- held -> ... -> done | cancelled
                      CHECK (state = 'held' OR state = 'scheduled'
                             OR state = 'sending' OR state = 'paused'
                             OR state = 'done' OR state = 'cancelled'),
    state_reason      TEXT NOT NULL,    -- why paused or cancelled
    asked_by          TEXT NOT NULL,    -- login name
    approved_by       TEXT NOT NULL,    -- login name of the second person
    created_at        INTEGER NOT NULL, -- when it was asked for
    scheduled_at      INTEGER,          -- when to start; NULL: not planned
    started_at        INTEGER,          -- first sending; NULL: not yet
    ended_at          INTEGER,          -- done or cancelled; NULL: not yet
    deadline          INTEGER NOT NULL  -- deferred copies are given up then
) STRICT;
CREATE INDEX mailing_by_issue ON mailing (issue_id);

-- Single mails that the program writes to one person.
CREATE TABLE letter (
    id            INTEGER PRIMARY KEY, -- named by its delivery
    kind          TEXT NOT NULL        -- what it is for
                  CHECK (kind = 'confirm' OR kind = 'welcome'
                         OR kind = 'farewell' OR kind = 'tip'
                         OR kind = 'notice'),
    envelope_from TEXT NOT NULL,       -- where bounces go
    message       BLOB NOT NULL,       -- the whole mail
    created_at    INTEGER NOT NULL     -- when
) STRICT;

-- One row for each recipient of a mailing or letter, with the receipt of the
-- last attempt. "handing-over" is a queued row inside a claim.
CREATE TABLE delivery (
    id            INTEGER PRIMARY KEY, -- part of the Message-ID
    mailing_id    INTEGER              -- NULL: belongs to a letter
                  REFERENCES mailing (id),
    letter_id     INTEGER              -- NULL: belongs to a mailing
                  REFERENCES letter (id),
    subscriber_id INTEGER              -- NULL: no reader, or erased
                  REFERENCES subscriber (id) ON DELETE SET NULL,
    email         TEXT NOT NULL,       -- where to, as of the mailing's start
    state         TEXT NOT NULL        -- what became of it
                  CHECK (state = 'queued' OR state = 'accepted'
                         OR state = 'deferred' OR state = 'refused'
                         OR state = 'unknown' OR state = 'skipped'
                         OR state = 'bounced' OR state = 'complained'),
    reason        TEXT NOT NULL,       -- why skipped: "left", "suppressed" ...
    attempts      INTEGER NOT NULL,    -- so far
    next_try_at   INTEGER,             -- of deferred copies; NULL: of others
    claim_id      INTEGER,             -- whose result this is; NULL: no result
    tried_at      INTEGER,             -- last attempt; NULL: none yet
    reply_code    INTEGER,             -- "250"; NULL or 0: no reply
    enhanced      TEXT,                -- "2.0.0"
    reply_text    TEXT,                -- the relay's words, or what happened
    queue_id      TEXT,                -- the relay's name for the copy
    relay         TEXT,                -- "smtp://mail.example.org:587"
    message_id    TEXT,                -- left@domain
    CHECK ((mailing_id IS NULL) <> (letter_id IS NULL)),
    CHECK ((state = 'deferred') = (next_try_at IS NOT NULL)),
    CHECK ((state = 'skipped') = (reason <> ''))
) STRICT;
CREATE INDEX delivery_by_state ON delivery (mailing_id, state);
CREATE INDEX delivery_by_due ON delivery (mailing_id, next_try_at)
    WHERE next_try_at IS NOT NULL;
CREATE INDEX delivery_by_subscriber ON delivery (subscriber_id);
CREATE INDEX delivery_by_letter ON delivery (letter_id)
    WHERE letter_id IS NOT NULL;

-- Receipts of attempts that were followed by another one; the last attempt's
-- stands in delivery. Append-only.
CREATE TABLE attempt (
    delivery_id INTEGER NOT NULL -- the copy
                REFERENCES delivery (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL, -- 1 is the first
    state       TEXT NOT NULL     -- how it ended
                CHECK (state = 'accepted' OR state = 'deferred'
                       OR state = 'refused' OR state = 'unknown'),
    at          INTEGER NOT NULL, -- when
    reply_code  INTEGER NOT NULL, -- 0: no reply
    enhanced    TEXT NOT NULL,    -- as in delivery
    reply_text  TEXT NOT NULL,    -- as in delivery
    queue_id    TEXT NOT NULL,    -- as in delivery
    relay       TEXT NOT NULL,    -- as in delivery
    message_id  TEXT NOT NULL,    -- as in delivery
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

-- Copies that a process is handing over: the queued ones with an id in the
-- range whose claim_id is another. Written before their first byte leaves;
-- gone when all have a result. Ids are never used again.
CREATE TABLE claim (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- named by results
    mailing_id INTEGER NOT NULL  -- of the copies
               REFERENCES mailing (id),
    first_id   INTEGER NOT NULL, -- first delivery
    last_id    INTEGER NOT NULL, -- last delivery
    open       INTEGER NOT NULL, -- copies without a result
    pid        INTEGER NOT NULL, -- process
    host       TEXT NOT NULL,    -- machine
    at         INTEGER NOT NULL, -- when
    CHECK (first_id <= last_id AND open > 0)
) STRICT;

-- Who did what at the keyboard. Append-only.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY, -- the order of things
    at      INTEGER NOT NULL,    -- when
    channel TEXT NOT NULL,       -- "cli"
    actor   TEXT NOT NULL,       -- login name
    what    TEXT NOT NULL,       -- "mailing start"
    object  TEXT NOT NULL,       -- "2016-1"
    detail  TEXT NOT NULL        -- in words
) STRICT;
