-- Two more kinds of single mails, of the inbox.
CREATE TABLE letter_6 (
    id            INTEGER PRIMARY KEY, -- named by its delivery
    kind          TEXT NOT NULL        -- what it is for
                  CHECK (kind = 'confirm' OR kind = 'welcome'
                         OR kind = 'farewell' OR kind = 'tip'
                         OR kind = 'notice' OR kind = 'test'
                         OR kind = 'address' OR kind = 'link'
                         OR kind = 'export' OR kind = 'erase'
                         OR kind = 'contact' OR kind = 'answer'
                         OR kind = 'forward'),
    envelope_from TEXT NOT NULL,       -- where bounces go, may be a pattern;
                                       -- empty: nowhere
    message_id    TEXT NOT NULL,       -- left@domain
    message       BLOB NOT NULL,       -- the whole mail
    created_at    INTEGER NOT NULL,    -- when
    deadline      INTEGER NOT NULL     -- given up then
) STRICT;
INSERT INTO letter_6 SELECT id, kind, envelope_from, message_id, message,
                            created_at, deadline
    FROM letter;
DROP TABLE letter;
ALTER TABLE letter_6 RENAME TO letter;

-- Which letter a mail is about.
CREATE INDEX letter_by_message ON letter (message_id);
