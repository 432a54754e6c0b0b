#!/usr/bin/env bash
# A month from facts to checkpoint with the command line. Usage: municipal_month.sh [FOLDER]
# FOLDER keeps the ledger and the outputs; without it a temporary folder is used.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$(mktemp -d)}
policy=$here/policies/vng-half.toml
facts=$here/population/march-2015.jsonl
run=(reba run "$facts" --month 2015-03 --ledger "$folder/ledger.reba" --policy "$policy")

# Exit status 1 says: done, and some rows were rejected. Anything above it stops the month.
accept_rejects() { "$@" || test $? -eq 1; }

reba policy check "$policy" --lang nl
accept_rejects reba facts check "$facts"
accept_rejects "${run[@]}" --dry-run
accept_rejects "${run[@]}" --out "$folder/march"
accept_rejects "${run[@]}" --out "$folder/march-again"      # books nothing
reba account H-0001 --ledger "$folder/ledger.reba" --lang nl
reba checkpoint "$folder/ledger.reba" > "$folder/checkpoint.txt"   # keep it somewhere else
reba audit "$folder/ledger.reba" --against "$folder/checkpoint.txt"
