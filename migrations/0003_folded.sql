-- A copy of a mailing gets its row together with its result: written once, not
-- twice. Until then it stands in the claim that hands it over.

-- Copies without a row, a line each: "DELIVERY READER ADDRESS\n". A line whose
-- delivery has a row by now has got its result.
ALTER TABLE claim ADD COLUMN folded TEXT NOT NULL DEFAULT '';
-- How many of them have no row.
ALTER TABLE claim ADD COLUMN rowless INTEGER NOT NULL DEFAULT 0
    CHECK (rowless >= 0 AND rowless <= open);

-- Which memory of copies that were begun the claim was made with (store/begun.h);
-- 0: none.
ALTER TABLE claim ADD COLUMN begun_id INTEGER NOT NULL DEFAULT 0;
-- How many it held by then.
ALTER TABLE claim ADD COLUMN begun_count INTEGER NOT NULL DEFAULT 0;
