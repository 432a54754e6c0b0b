#!/usr/bin/env bash
# A month from facts to checkpoint with the command line. Usage: municipal_month.sh [FOLDER]
# FOLDER keeps the ledger and the outputs; without it a temporary folder is made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
policy=$here/policies/vng-half.toml
facts=$here/population/march-2015.jsonl
ledger=$folder/ledger.reba
run=(reba run "$facts" --month 2015-03 --ledger "$ledger" --policy "$policy")

# Exit status 1 says: done, and some rows were rejected. Anything above it stops the month.
accept_rejects() { "$@" || test $? -eq 1; }

reba policy check "$policy" --lang nl
accept_rejects reba facts check "$facts"
accept_rejects "${run[@]}" --dry-run                        # decides everything, books nothing
accept_rejects "${run[@]}" --out "$folder/march"
reba checkpoint "$ledger" > "$folder/checkpoint.txt"        # keep a copy on another machine
accept_rejects "${run[@]}" --out "$folder/march-again"      # books nothing new
reba account H-0003 --ledger "$ledger" --lang nl
reba audit "$ledger" --against "$folder/checkpoint.txt"
echo "ledger, checkpoint and outputs: $folder"
