-- When trying began, instead of when it ends: that is send.deadline later, as
-- the setting is then, also for a mailing that goes on after a pause.

-- When its copies were tried first, or anew (after a pause, for the missing).
ALTER TABLE mailing ADD COLUMN tried_from INTEGER NOT NULL DEFAULT 0;
-- What had begun anew was given two days at most.
UPDATE mailing SET tried_from =
    CASE WHEN deadline - 172800 > COALESCE(started_at, created_at)
              AND deadline - 172800 < CAST(strftime('%s', 'now') AS INTEGER)
         THEN deadline - 172800 ELSE COALESCE(started_at, created_at) END;
ALTER TABLE mailing DROP COLUMN deadline;
