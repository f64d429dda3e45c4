#!/usr/bin/env bats
# Import and export: what goes out comes in again the same.

load helper

setup() {
    make_newsletter
}

count() {
    brevduva subscriber list --state "${1:-active}" | wc -l
}

@test "Swedish Excel: semicolon, Windows-1252, quoted line breaks" {
    printf 'E-post;Namn;Antal barn\r\nasa@example.org;"\xc5sa\r\n\xd6berg";2\r\n' >r.csv
    run -0 brevduva import r.csv --consent "form"
    says "1 added"
    run -0 brevduva subscriber show asa@example.org --json
    says '"name":"Åsa  Öberg"' || says '"name":"Åsa Öberg"'
    says '"attributes":{"antal_barn":"2"}'
}

@test "BOM, tab, first and last name" {
    printf '\xef\xbb\xbfFörnamn\tEfternamn\tE-post\nÅsa\tÖberg\tasa@example.org\n' >r.csv
    run -0 brevduva import r.csv --consent form
    run -0 brevduva subscriber show asa@example.org --json
    says '"name":"Åsa Öberg"'
    says '"first_name":"Åsa"'
}

@test "exports of Mailchimp, listmonk and Mailman" {
    cat >mailchimp.csv <<'CSV'
"Email Address","First Name","Last Name","MEMBER_RATING","OPTIN_IP","CONFIRM_TIME","TAGS"
mc@example.org,Mia,Chimp,2,192.0.2.1,"2020-05-06 07:08:09","""lokal"""
CSV
    cat >unsubscribed.csv <<'CSV'
"Email Address","First Name","UNSUB_TIME"
gone@example.org,Gun,"2021-05-06 07:08:09"
CSV
    cat >listmonk.csv <<'CSV'
uuid,email,name,attributes,status,created_at,updated_at
0001,lm@example.org,Lena M,"{""city"": ""Kumla"", ""age"": 41}",enabled,2022-01-02T03:04:05.678901+01:00,2022-01-02T03:04:05Z
0002,no@example.org,Nils O,{},blocklisted,2022-01-02T03:04:05Z,2022-01-02T03:04:05Z
CSV
    printf 'Märta Man <mm@example.org>\nplain@example.org\n' >mailman.txt
    for file in mailchimp.csv unsubscribed.csv listmonk.csv mailman.txt; do
        run -0 brevduva import "$file" --consent "moved from the old system"
    done
    [ "$(count)" = 4 ]
    [ "$(count left)" = 2 ]
    run -0 brevduva subscriber show lm@example.org --json
    says '"attributes":{"city":"Kumla","age":"41"}'
    says '"since":"2022-01-02T02:04:05Z"'
    run -0 brevduva subscriber show mc@example.org --json
    [[ $output != *192.0.2.1* ]]
    run -0 brevduva subscriber show mm@example.org --json
    says '"name":"Märta Man"'
}

@test "all or nothing, unless --partial; rejects keep line and reason" {
    printf 'email,name\na@example.org,A\nbad,B\nc@example.org,C\n' >r.csv
    run -2 --separate-stderr brevduva import r.csv --consent form
    complains "line 3"
    complains "nothing was imported: 1 row of 3"
    [ "$(count)" = 0 ]
    run -3 --separate-stderr brevduva import r.csv --consent form --partial \
        --reject-file rejects.csv
    says "2 added"
    says "1 rejected"
    [ "$(count)" = 2 ]
    [ "$(sed -n 1p rejects.csv)" = "line,reason,email,name" ]
    [[ $(sed -n 2p rejects.csv) == 3,*bad,B ]]
    sed -i 's/,bad,B/,b@example.org,B/' rejects.csv
    run -0 brevduva import rejects.csv --consent form
    [ "$(count)" = 3 ]
}

@test "--dry-run changes nothing" {
    printf 'email\na@example.org\n' >r.csv
    run -0 brevduva import r.csv --consent form --dry-run
    says "1 added"
    [ "$(count)" = 0 ]
}

@test "nobody is brought back by an import" {
    printf 'email\na@example.org\nb@example.org\nA@example.org\n' >r.csv
    brevduva import r.csv --consent form
    brevduva unsubscribe a@example.org
    run -0 brevduva import r.csv --consent "again"
    says "1 kept out"
    says "1 on the list already, unchanged"
    says "1 double"
    [ "$(count left)" = 1 ]
}

@test "consent is asked for, columns can be mapped" {
    printf 'Kontakt,Vem,Hemligt\na@example.org,Anna,x\n' >r.csv
    run -2 --separate-stderr brevduva import r.csv
    complains "--consent"
    run -2 --separate-stderr brevduva import r.csv --consent form --map Wem=name
    complains "--map Wem=name"
    run -0 brevduva import r.csv --consent form --map Kontakt=email \
        --map Vem=name --map Hemligt=ignore
    run -0 brevduva subscriber show a@example.org --json
    says '"name":"Anna"'
    says '"attributes":{}'
}

@test "what is exported imports again to the same state" {
    cat >r.csv <<'CSV'
email,name,language,state,ort,note
a@example.org,"Ek, Anna",sv,active,Kumla,=HYPERLINK("x")
b@example.org,'=1+1,en,left,,@x
c@åäö.example,Åsa,,pending,"två
rader",-1
d@example.org,,,bounced,,
CSV
    brevduva import r.csv --consent form
    brevduva unsubscribe a@example.org
    for format in csv csv-excel; do
        brevduva export --format $format -o out.$format
        mkdir $format
        brevduva init $format/brev --language sv >/dev/null
        brevduva -C $format/brev import out.$format --consent "moved"
        brevduva -C $format/brev export --format $format -o again.$format
        cmp out.$format again.$format
    done
    [ "$(head -1 out.csv)" = "email,name,state,since,language,text_only,ort,note" ]
    grep -q "'=HYPERLINK" out.csv
    [ "$(head -c 3 out.csv-excel | od -An -tx1 | tr -d ' ')" = efbbbf ]
}

@test "no file of the newsletter or of the import is ever replaced" {
    printf 'email\na@example.org\nbad\n' >r.csv
    for own in brevduva.db brevduva.yaml issues/x.md; do
        cp brevduva.yaml before
        run -2 --separate-stderr brevduva export -o $own
        complains "belongs to the newsletter"
        run -2 --separate-stderr brevduva import r.csv --consent form \
            --reject-file $own
        complains "belongs to the newsletter"
        cmp before brevduva.yaml
    done
    run -2 --separate-stderr brevduva import r.csv --consent form \
        --reject-file r.csv
    complains "is the file being read"
    [ "$(wc -l <r.csv)" = 3 ]
    run -0 brevduva status
}

@test "export follows links, writes pipes, and - is standard output" {
    printf 'email\na@example.org\n' >r.csv
    brevduva import r.csv --consent form --reject-file none.csv
    [ ! -e none.csv ]
    ln -s there.csv link.csv
    brevduva export -o link.csv
    [ -L link.csv ] && grep -q a@example.org there.csv
    mkfifo pipe
    brevduva export -o pipe &
    grep -q a@example.org pipe
    wait
    [ -p pipe ]
    run -0 --separate-stderr brevduva export -o -
    says "a@example.org"
    [ ! -e ./- ]
}

@test "two columns of one meaning are an error, other states are told" {
    printf 'email,name,Namn\na@example.org,A,B\n' >r.csv
    run -2 --separate-stderr brevduva import r.csv --consent form
    complains '"name" and "Namn" mean the same'
    printf 'email,state\na@example.org,left\n' >s.csv
    run -0 brevduva import s.csv --consent form
    says "in the file as left: 1"
}

@test "export filters, and writes JSON" {
    printf 'email,state\na@example.org,active\nb@example.org,left\n' >r.csv
    brevduva import r.csv --consent form
    run -0 brevduva export --state left
    [ "${#lines[@]}" = 2 ]
    brevduva export --format json | python3 -c 'import json,sys; assert len(json.load(sys.stdin)) == 2'
    run -0 brevduva export --json
    says '"email":"a@example.org"'
    run -2 --separate-stderr brevduva export --format xls
    complains "csv-excel"
    run -2 --separate-stderr brevduva export --state gone
    complains "pending"
}

@test "broken files are answered with line and reason" {
    printf 'email,name\na@example.org,A\0B\n' >nul.csv
    printf 'email,name\na@example.org,"A\nb@example.org,B\n' >half.csv
    printf 'email,name\na@example.org,Åsa Öberg\nb@example.org,\xc5sa\n' >octet.csv
    printf 'name\nAnna\n' >noemail.csv
    : >empty.csv
    run -2 --separate-stderr brevduva import nul.csv --consent form
    complains "line 2: has a NUL octet"
    run -2 --separate-stderr brevduva import half.csv --consent form
    complains "line 2: opens a quotation mark that is never closed"
    run -2 --separate-stderr brevduva import octet.csv --consent form
    complains "line 3: is neither UTF-8 nor Windows-1252 text"
    run -2 --separate-stderr brevduva import noemail.csv --consent form
    complains "--map COLUMN=email"
    run -2 --separate-stderr brevduva import empty.csv --consent form
    complains "no rows"
    run -2 --separate-stderr brevduva import missing.csv --consent form
    complains "missing.csv"
    run -2 --separate-stderr brevduva import . --consent form
    complains "is a folder"
    [ "$(count)" = 0 ]
}
