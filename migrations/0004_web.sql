-- What the reader pages need: keys that can be changed, requests that wait for
-- a confirmation from the mailbox, tips, the archive, clicks without persons,
-- and the counts behind limits.

-- Keys that sign the links in letters. The one without an end signs; older
-- ones still open their links until then.
CREATE TABLE signing_key (
    number         INTEGER PRIMARY KEY -- stands in tokens
                   CHECK (number BETWEEN 1 AND 255),
    key            BLOB NOT NULL,    -- 32 octets
    created_at     INTEGER NOT NULL, -- when; 0: with the newsletter
    honoured_until INTEGER           -- NULL: the one that signs
) STRICT;
INSERT INTO signing_key (number, key, created_at)
    SELECT 1, value, 0 FROM setting WHERE name = 'signing-key';
DELETE FROM setting WHERE name = 'signing-key';

-- A pause that the reader asked for.
ALTER TABLE subscriber ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX subscriber_paused ON subscriber (paused_until)
    WHERE paused_until > 0;

-- Single mails that the program writes to one person; more kinds than before.
CREATE TABLE letter_4 (
    id            INTEGER PRIMARY KEY, -- named by its delivery
    kind          TEXT NOT NULL        -- what it is for
                  CHECK (kind = 'confirm' OR kind = 'welcome'
                         OR kind = 'farewell' OR kind = 'tip'
                         OR kind = 'notice' OR kind = 'test'
                         OR kind = 'address' OR kind = 'link'
                         OR kind = 'export' OR kind = 'erase'
                         OR kind = 'contact'),
    envelope_from TEXT NOT NULL,       -- where bounces go; empty: nowhere
    message_id    TEXT NOT NULL,       -- left@domain
    message       BLOB NOT NULL,       -- the whole mail
    created_at    INTEGER NOT NULL,    -- when
    deadline      INTEGER NOT NULL     -- given up then
) STRICT;
INSERT INTO letter_4 SELECT id, kind, envelope_from, message_id, message,
                            created_at, deadline
    FROM letter;
DROP TABLE letter;
ALTER TABLE letter_4 RENAME TO letter;

-- What somebody asked for on a page and must confirm from the mailbox. Address,
-- name and network go when it is settled or too old; the hash stays for a year.
CREATE TABLE confirmation (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- stands in links
    kind          TEXT NOT NULL     -- what is to be confirmed
                  CHECK (kind = 'subscribe' OR kind = 'address'
                         OR kind = 'export' OR kind = 'erase'),
    email         TEXT NOT NULL,    -- where the link went; empty when over
    email_key     TEXT NOT NULL,    -- of it
    address_hash  BLOB NOT NULL,    -- keyed hash of email_key
    subscriber_id INTEGER           -- who asked; NULL: a stranger
                  REFERENCES subscriber (id) ON DELETE CASCADE,
    lists         TEXT NOT NULL,    -- ids of lists, "1 3"; empty: none
    name          TEXT NOT NULL,    -- as given; empty when over
    language      TEXT NOT NULL,    -- "sv", "en"
    wording_id    INTEGER           -- the text shown when it was asked for
                  REFERENCES wording (id),
    network       TEXT NOT NULL,    -- address cut to /24 or /48; empty when over
    created_at    INTEGER NOT NULL, -- when
    expires_at    INTEGER NOT NULL, -- not valid from then on
    settled_at    INTEGER           -- when confirmed or stopped; NULL: open
) STRICT;
CREATE INDEX confirmation_by_hash ON confirmation (address_hash);
CREATE INDEX confirmation_by_subscriber ON confirmation (subscriber_id)
    WHERE subscriber_id IS NOT NULL;
CREATE INDEX confirmation_open ON confirmation (expires_at)
    WHERE email <> '';

-- How often something was done lately, and by whom. Old rows are removed.
CREATE TABLE quota (
    purpose TEXT NOT NULL,    -- "subscribe by network"
    subject BLOB NOT NULL,    -- keyed hash of a network, address or reader
    since   INTEGER NOT NULL, -- the window began
    used    INTEGER NOT NULL, -- so often in it
    PRIMARY KEY (purpose, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX quota_by_since ON quota (since);

-- Tips to friends. Holds no address: a keyed hash recognises it.
CREATE TABLE tip (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- stands in a link
    slug          TEXT NOT NULL,    -- of the issue
    list_id       INTEGER NOT NULL  -- of the issue
                  REFERENCES list (id),
    friend_hash   BLOB NOT NULL,    -- HMAC-SHA-256 of email_key
    subscriber_id INTEGER           -- who gave the tip; NULL once erased
                  REFERENCES subscriber (id) ON DELETE SET NULL,
    at            INTEGER NOT NULL  -- when
) STRICT;
CREATE INDEX tip_by_friend ON tip (friend_hash);
CREATE INDEX tip_by_subscriber ON tip (subscriber_id)
    WHERE subscriber_id IS NOT NULL;
CREATE INDEX tip_by_slug ON tip (slug);

-- Issues on the web, as of their last sending. Shown once a mailing of the
-- issue has begun. No personal data.
CREATE TABLE page (
    slug         TEXT NOT NULL PRIMARY KEY, -- "2016-1"
    list_id      INTEGER NOT NULL  -- its list
                 REFERENCES list (id),
    title        TEXT NOT NULL,    -- without merge tags
    language     TEXT NOT NULL,    -- "sv", "en"
    description  TEXT NOT NULL,    -- its preheader; may be empty
    body         TEXT NOT NULL,    -- HTML of the issue alone
    words        TEXT NOT NULL,    -- plain text of title and body, folded, to
                                   -- be searched
    visibility   TEXT NOT NULL     -- unlisted: only for who has the address
                 CHECK (visibility = 'public' OR visibility = 'unlisted'
                        OR visibility = 'off'),
    published_at INTEGER NOT NULL, -- first put here
    changed_at   INTEGER NOT NULL  -- last put here
) STRICT;
CREATE INDEX page_by_time ON page (published_at);

-- Pictures of issues on the web.
CREATE TABLE page_file (
    slug  TEXT NOT NULL    -- the issue
          REFERENCES page (slug) ON DELETE CASCADE,
    name  TEXT NOT NULL,   -- "vagen.jpg"
    type  TEXT NOT NULL,   -- "image/jpeg"
    bytes BLOB NOT NULL,   -- the file
    PRIMARY KEY (slug, name)
) STRICT;

-- Where links of letters lead, if clicks are counted.
CREATE TABLE link (
    id   INTEGER PRIMARY KEY AUTOINCREMENT, -- stands in the counted URL
    slug TEXT NOT NULL, -- the issue
    url  TEXT NOT NULL, -- where it leads
    UNIQUE (slug, url)
) STRICT;

-- Clicks by day: nobody's in particular.
CREATE TABLE click (
    link_id INTEGER NOT NULL  -- the link
            REFERENCES link (id) ON DELETE CASCADE,
    day     INTEGER NOT NULL, -- days since 1970, local
    clicks  INTEGER NOT NULL, -- on that day
    PRIMARY KEY (link_id, day)
) STRICT, WITHOUT ROWID;
