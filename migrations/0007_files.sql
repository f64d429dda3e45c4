-- Files of letters: pictures that they ask for, attachments on the web.

-- Pictures that letters ask for by their bytes' name. Kept for good: letters
-- are read for as long as readers keep them. Nothing of a reader's.
CREATE TABLE letter_file (
    name       TEXT NOT NULL PRIMARY KEY, -- "9f86…ec.jpg", of its bytes
    type       TEXT NOT NULL,    -- "image/jpeg"
    bytes      BLOB NOT NULL,    -- the file
    created_at INTEGER NOT NULL  -- when a letter first asked for it
) STRICT;

-- Attachments are kept beside an issue's pictures.
ALTER TABLE page_file ADD COLUMN shown TEXT NOT NULL DEFAULT '';
    -- the attachment's own name, "Årsmötet.pdf"; empty: a picture
