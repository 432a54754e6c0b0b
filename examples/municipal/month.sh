#!/usr/bin/env bash
# October 2025 of a made municipality: thresholds, run, invoices, payments, who still owes, audit.
# Usage: month.sh [FOLDER]. FOLDER keeps the ledger and the outputs, and holds no ledger yet;
# without it a temporary folder is made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
policy=$here/policy.toml
ledger=$folder/ledger.reba
month=2025-10
invoice=(reba invoice --month "$month" --due-on 2025-12-01 --on 2025-11-03 --ledger "$ledger")
if [ -e "$ledger" ]; then
    echo "$ledger exists: this month was done. Name another folder." >&2
    exit 2
fi

# Exit status 1 says: done, and some rows were rejected. Anything above it stops the month.
accept_rejects() { "$@" || test $? -eq 1; }

reba thresholds --month "$month" --format html > "$folder/thresholds.html"
accept_rejects reba run "$here/october-2025.jsonl" --month "$month" --ledger "$ledger" \
    --policy "$policy" --choices "$here/choices.toml" --out "$folder/october"
"${invoice[@]}" --out "$folder/invoices.csv"
"${invoice[@]}" --out "$folder/invoices-again.csv"          # invoices nothing

# What the bank reports. Made here: the first four invoices are paid in full, the fifth in part.
number=0
while IFS=, read -r account _ _ amount _; do
    number=$((number + 1))
    test $number -lt 5 || amount=10.00
    reba collect "$account" --month "$month" --amount "$amount" --id "BANK-$number" \
        --ledger "$ledger" --policy "$policy" < /dev/null
    test $number -lt 5 || break
done < <(tail -n +2 "$folder/invoices.csv")

reba receivables --ledger "$ledger" --on 2026-01-15 --format csv > "$folder/receivables.csv"
COLUMNS=120 reba receivables --ledger "$ledger" --on 2026-01-15
reba export "$ledger" --format csv > "$folder/journal.csv"
reba audit "$ledger"
echo "ledger, invoices and outputs: $folder"
