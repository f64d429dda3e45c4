-- That a copy was given up is told apart from the server's last words.

-- 1: refused, as the time to try it was over; the reply is the last one.
ALTER TABLE delivery ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0
    CHECK (given_up = 0 OR given_up = 1);
-- As in delivery.
ALTER TABLE attempt ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0
    CHECK (given_up = 0 OR given_up = 1);

-- It stood before the reply until now, in the sender's language. Where texts
-- were emptied since, a refusal without a server's refusal tells it.
UPDATE delivery SET given_up = 1
    WHERE state = 'refused'
      AND (reply_text LIKE 'given up, as the time to try it is over; %'
           OR reply_text LIKE 'uppgivet, eftersom tiden för försök är slut; %'
           OR relay_id IS NOT NULL AND reply_code < 500
              AND (reply_code > 0 OR enhanced = ''));
UPDATE attempt SET given_up = 1
    WHERE state = 'refused'
      AND (reply_text LIKE 'given up, as the time to try it is over; %'
           OR reply_text LIKE 'uppgivet, eftersom tiden för försök är slut; %'
           OR relay_id IS NOT NULL AND reply_code < 500
              AND (reply_code > 0 OR enhanced = ''));
UPDATE delivery SET reply_text = replace(replace(reply_text,
        'given up, as the time to try it is over; the last answer: ', ''),
        'uppgivet, eftersom tiden för försök är slut; sista svaret: ', '')
    WHERE given_up = 1;
UPDATE attempt SET reply_text = replace(replace(reply_text,
        'given up, as the time to try it is over; the last answer: ', ''),
        'uppgivet, eftersom tiden för försök är slut; sista svaret: ', '')
    WHERE given_up = 1;
UPDATE bounce SET evidence = replace(replace(evidence,
        'given up, as the time to try it is over; the last answer: ', ''),
        'uppgivet, eftersom tiden för försök är slut; sista svaret: ', '')
    WHERE kind = 'refused';
