# Sourced by .ci/run: runs one thing, notes how it went, and prints the notes as a table.

# step NAME COMMAND...: something that must succeed and counts no tests; its output is shown when it fails.
step() {
    local name=$1 started=$SECONDS result=ok log
    log=$(log_of "$name")
    shift
    "$@" >"$log" 2>&1 </dev/null || result=FAILED
    [ $result = ok ] || { echo "=== $name failed:" && cat "$log"; } >&2
    note "$name" - - - - - - $((SECONDS - started)) $result
}

# suite NAME DIRECTORY COMMAND...: a run of the test suite there, its output also in the file that log_of names. Running no
# test is a failure.
suite() {
    local name=$1 directory=$2 started=$SECONDS result=ok log server java tests failed skipped
    log=$(log_of "$name")
    shift 2
    rm -rf "$directory/target/surefire-reports"
    (cd "$directory" && "$@") 2>&1 </dev/null | tee "$log" || result=FAILED
    server=$(sed -n 's/^Testing on PostgreSQL \(.*\)\.$/\1/p' "$log" | head -n 1)
    java=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n '1s/[^"]*"\([0-9]*\).*/\1/p')
    read -r tests failed skipped < <(counts "$directory/target/surefire-reports")
    [ "$tests" -gt 0 ] && [ "$failed" -eq 0 ] || result=FAILED
    note "$name" "${server:--}" "$java" "$tests" $((tests - failed - skipped)) "$failed" "$skipped" $((SECONDS - started)) $result
    [ $result = ok ]
}

log_of() {
    echo "$work/${1//[ \/]/-}.log"
}

# Tests, failures and errors together, and skipped ones, as the reports say.
counts() {
    find "$1" -name 'TEST-*.xml' -exec grep -ho '<testsuite [^>]*>' {} + 2>/dev/null | awk '
        function attribute(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH) + 0 : 0 }
        { tests += attribute("tests"); failed += attribute("errors") + attribute("failures"); skipped += attribute("skipped") }
        END { print tests + 0, failed + 0, skipped + 0 }'
}

note() {
    local IFS=$'\t'
    echo "$*" >>"$work/notes"
}

# The table, the total in one line, and success only if every row is ok.
summary() {
    echo
    awk -F '\t' '
        BEGIN { layout = "%-28s  %-42s  %-4s  %5s  %6s  %6s  %7s  %7s  %s\n"
                printf layout, "run", "PostgreSQL", "Java", "tests", "passed", "failed", "skipped", "seconds", "" }
        { printf layout, $1, $2, $3, $4, $5, $6, $7, $8, $9
          passed += $5; failed += $6; skipped += $7
          if ($9 ~ /^FAILED/) broken++ }
        END { printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
              exit broken || !passed }' "$work/notes"
}
