# Sourced by .ci/run: the jobs of .gitlab-ci.yml, run without GitLab, on databases that stand for staging and production.

gitlab_ci_local=4.70.1

# The file against GitLab's schema, then every job that needs no GitLab server, each in the order in which people need it.
gitlab_pipeline() {
    npm install --silent --no-audit --no-fund --prefix "$work/npm" "gitlab-ci-local@$gitlab_ci_local" || return
    pipeline=$work/pipeline
    copy_project "$compiled" "$pipeline" && pipeline_repository && pipeline_server && pipeline_jobs
}

# The runner wants a repository with an origin, whatever its address; the variables are those that the file's head asks for.
pipeline_repository() {
    mkdir -p "$work/home/.gitlab-ci-local" "$work/bin" &&
        # a fleet of two databases, as a user would add one
        sed -i 's/^\( *- \)main$/&\n\1second/' "$pipeline/.gitlab-ci.yml" &&
        # the Docker engine that GitLab would start as a service is this run's own
        sed -i '/^  services:/,/^      command:/d' "$pipeline/.gitlab-ci.yml" &&
        # what "mvn test-compile" has checked
        mkdir -p "$pipeline/.mvn" && printf '%s\n' -Dcompiler.check=-g -Dspotless.check.skip=true >"$pipeline/.mvn/maven.config" &&
        git init -q -b main "$pipeline" &&
        git -C "$pipeline" -c user.name=check -c user.email=check@example.com add -A &&
        git -C "$pipeline" -c user.name=check -c user.email=check@example.com commit -qm 'Check the pipeline' &&
        git -C "$pipeline" remote add origin git@gitlab.example.com:example/dbopt.git &&
        # the official command line is in the image; here it is what the build put together
        printf '#!/bin/sh\nexec java -cp "%s/*" org.flywaydb.commandline.Main "$@"\n' "$PWD/target/flyway-commandline/lib" >"$work/bin/flyway" &&
        chmod +x "$work/bin/flyway"
}

# One server with the databases of two environments, and an empty one; a role that owns the tables and one that only looks.
pipeline_server() {
    local container database port
    container=$(docker run --detach --publish 127.0.0.1::5432 --env POSTGRES_PASSWORD=postgres "$postgresql_image" postgres -c fsync=off) || return
    port=$(docker port "$container" 5432/tcp | sed -n '1s/.*://p')
    server="host=localhost port=$port"
    for _ in $(seq 300); do
        administrator postgres -c 'select' >/dev/null 2>&1 && break
        sleep 0.1
    done
    administrator postgres -c "create role app_owner login password 'owner''s secret'" \
        -c "create role onlooker login password 'looking' in role pg_read_all_stats" || return
    for database in staging_main staging_second production_main production_second nothing; do
        administrator postgres -c "create database $database template template0" &&
            administrator "$database" -c "grant connect, temporary, create on database $database to app_owner" \
                -c 'grant usage, create on schema public to app_owner' || return
        [ $database = nothing ] || {
            PGPASSWORD="owner's secret" psql -qX -v ON_ERROR_STOP=1 -d "$server user=app_owner dbname=$database" -f db/migration/V1__audited_schema.sql &&
                PGOPTIONS='-c dbopt.scale=0.02' administrator "$database" -f db/sample/load.sql
        } || return
    done
    cat >"$work/home/.gitlab-ci-local/variables.yml" <<VARIABLES
global:
  FLYWAY_URL:
    type: variable
    values:
      staging/main: jdbc:postgresql://localhost:$port/staging_main
      staging/second: jdbc:postgresql://localhost:$port/staging_second
      production/main: jdbc:postgresql://localhost:$port/production_main
      production/second: jdbc:postgresql://localhost:$port/production_second
      monitoring/main: jdbc:postgresql://localhost:$port/production_main
      monitoring/second: jdbc:postgresql://localhost:$port/production_second
  FLYWAY_USER:
    type: variable
    values: {'staging/*': app_owner, 'production/*': app_owner, 'monitoring/*': onlooker}
  FLYWAY_PASSWORD:
    type: variable
    values: {'staging/*': owner's secret, 'production/*': owner's secret, 'monitoring/*': looking}
VARIABLES
    nothing="jdbc:postgresql://localhost:$port/nothing"
}

administrator() {
    PGPASSWORD=postgres psql -qAtX -v ON_ERROR_STOP=1 -d "$server user=postgres dbname=$1" "${@:2}"
}

pipeline_jobs() {
    # what a deploy and a rollback have to say, from the files: the newest version, and all above the baseline, newest first
    local versions newest undone
    versions=$(find db/undo -name 'U*.sql' -printf '%f\n' | sed 's/^U\([0-9]*\)__.*/\1/' | sort -rn)
    newest=${versions%%$'\n'*}
    undone=$(sed 's/^/V/' <<<"$versions" | paste -sd, | sed 's/,/, /g')
    says 'the file is valid' '' gitlab --list &&
        # one test class each stands for the suite, which has rows of its own
        says 'verify, in a container' 'in a container\.$' builds verify &&
        says 'verify without Docker' 'embedded\.$' builds 'verify without Docker' &&
        says 'package' 'PASS.*package' builds package &&
        says 'deploy to staging, both databases' "now at version v$newest" gitlab 'deploy staging' &&
        has_six staging_main 0 && has_six staging_second 0 && has_six production_main 6 &&
        says 'deploy to production' "now at version v$newest" gitlab 'deploy production' &&
        has_six production_main 0 && has_six production_second 0 &&
        refuses 'a deploy without an address' 'is not set for this environment' gitlab 'deploy production: [main]' --variable FLYWAY_URL= &&
        refuses 'a deploy to an empty database' 'Is this the database of the application' gitlab 'deploy production: [main]' --variable "FLYWAY_URL=$nothing" &&
        refuses 'a rollback without a version' 'UNDO_TARGET: is not set' gitlab 'rollback production: [main]' &&
        says 'roll one back' "Undone: $undone" gitlab 'rollback production: [main]' --variable UNDO_TARGET=2 &&
        has_six production_main 6 && has_six production_second 0 &&
        says 'deploy, held by FLYWAY_TARGET' 'is up to date' gitlab 'deploy production: [main]' --variable FLYWAY_TARGET=1 &&
        has_six production_main 6 &&
        says 'deploy, released' "now at version v$newest" gitlab 'deploy production: [main]' &&
        has_six production_main 0 &&
        says 'health, on a schedule' 'PASS.*health' gitlab health --variable CI_PIPELINE_SOURCE=schedule &&
        says 'pages' 'PASS.*pages' gitlab pages --variable CI_PIPELINE_SOURCE=schedule &&
        says 'watch, on a schedule' 'PASS.*watch' gitlab 'watch: [main]' --variable CI_PIPELINE_SOURCE=schedule --variable WATCH=true
}

gitlab() {
    (cd "$pipeline" && HOME=$work/home PATH=$work/bin:$PATH "$work/npm/node_modules/.bin/gitlab-ci-local" \
        --force-shell-executor --shell-isolation "$@")
}

# Jobs that build find Maven's repository and Docker here and not where GitLab's images have them.
builds() {
    gitlab "$@" --variable "MAVEN_OPTS=-Dmaven.repo.local=$HOME/.m2/repository -Dtest=TestServerTest -Dtest.excluded=none" \
        --variable "DOCKER_HOST=$DOCKER_HOST" --variable TESTCONTAINERS_HOST_OVERRIDE=localhost
}

# says WHAT PATTERN COMMAND...: it succeeds and its output has the pattern.
says() {
    local what=$1 pattern=$2 started=$SECONDS
    shift 2
    if "$@" >"$work/job.log" 2>&1 </dev/null && grep -q -- "$pattern" "$work/job.log"; then
        echo "ok  $what ($((SECONDS - started)) s)"
    else
        cat "$work/job.log"
        echo "FAILED  $what: no success that says '$pattern'"
        return 1
    fi
}

# refuses WHAT PATTERN COMMAND...: it fails and says why; a job that may fail (allow_failure) ends as a warning instead.
refuses() {
    local what=$1 pattern=$2 started=$SECONDS ended=0
    shift 2
    "$@" >"$work/job.log" 2>&1 </dev/null || ended=$?
    if { [ $ended -ne 0 ] || grep -q '^ WARN ' "$work/job.log"; } && grep -q -- "$pattern" "$work/job.log"; then
        echo "ok  refuses $what ($((SECONDS - started)) s)"
    else
        cat "$work/job.log"
        echo "FAILED  refuses $what: no failure that says '$pattern'"
        return 1
    fi
}

# The indexes that the migrations drop: what V2 to V7 have gone through, by the names of the guarded drops.
has_six() {
    local found
    found=$(administrator "$1" -c "select count(*) from pg_class where relkind = 'i' and relname in ($(sed -n "s/^drop index concurrently if exists public\.\([a-z0-9_]*\);.*/'\1'/p" db/migration/V*.sql | paste -sd,))")
    [ "$found" = "$2" ] || { echo "FAILED  $1 has $found of the dropped indexes, not $2" && return 1; }
}
