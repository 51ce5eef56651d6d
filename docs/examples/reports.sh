#!/bin/sh
# Three example reports: sh docs/examples/reports.sh [FOLDER [REPLICATES]]
#
# A trial, what becomes of its effect and how many clients it takes, for two
# built-in scenarios; and a body of trials with its review. Each folder has a page,
# report.html. CASELOAD is the program, if it is not to be built first.
set -e
folder=${1:-reports}
caseload=${CASELOAD:-go run ./cmd/caseload}
few=${2:+--replicates $2}

for scenario in needle-exchange dilution; do
	$caseload run $scenario --out "$folder/$scenario" $few >/dev/null
	$caseload explain $scenario --out "$folder/$scenario" $few >/dev/null
	$caseload size $scenario --out "$folder/$scenario" >/dev/null
	$caseload report "$folder/$scenario" >/dev/null
done
$caseload literature review-2019 --out "$folder/review-2019" $few >/dev/null
