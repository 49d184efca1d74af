# Sourced by .ci/run: builds the images of dev/container, on bases of this machine's Java where none can be pulled, and runs
# them on a server: dbopt migrates, Flyway's layout with the plugin undoes.

container_images() {
    # what says() logs is apart from other jobs' logs
    local work=$work/images server environment commit
    mkdir -p "$work" && java_image && flyway_image || return
    docker build --quiet --file dev/container/Dockerfile --build-arg JAVA_IMAGE=java-of-this-machine --tag dbopt "$compiled" &&
        docker build --quiet --file dev/container/Dockerfile.flyway --build-arg FLYWAY_IMAGE=flyway-of-this-build --tag flyway-with-undo "$compiled" || return
    server=$(docker run --detach --env POSTGRES_PASSWORD=postgres "$postgresql_image" postgres -c fsync=off) || return
    for _ in $(seq 300); do
        docker exec --env PGPASSWORD=postgres "$server" psql -qX -h 127.0.0.1 -U postgres -c 'select' >/dev/null 2>&1 && break
        sleep 0.1
    done
    commit=$(git rev-parse HEAD 2>/dev/null | sed 's/./[0-9a-f]/g')
    environment=(--rm --network "container:$server" --volume "$PWD/db:/project/db:ro" --workdir /project
        --env FLYWAY_URL=jdbc:postgresql://127.0.0.1/postgres --env FLYWAY_USER=postgres --env FLYWAY_PASSWORD=postgres)
    says 'dbopt --version' "^dbopt .*, commit ${commit:-unknown}.*, Flyway [0-9]" docker run --rm dbopt --version &&
        says 'dbopt migrate' '^Freed ' docker run "${environment[@]}" dbopt migrate &&
        says 'the index is gone' '^0$' indexes_of "$server" &&
        says 'flyway undo' 'U2__drop_commit_pr_idx' docker run "${environment[@]}" flyway-with-undo \
            -configFiles=db/flyway.conf -skipCheckForUpdate -target=2 undo &&
        says 'the index exists again' '^1$' indexes_of "$server"
    local result=$?
    docker rm --force "$server" >/dev/null
    return $result
}

indexes_of() {
    docker exec --env PGPASSWORD=postgres "$1" psql -qAtX -h 127.0.0.1 -U postgres -c "select count(*) from pg_indexes where indexname = 'commit_pr_idx'"
}

# The Java of this machine and the shared libraries it takes, as an image.
java_image() {
    local home root=$work/java library
    home=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
    mkdir -p "$root/opt/java" "$root/etc" && mkdir -m 1777 "$root/tmp" || return
    tar -ch -C "$home" --exclude=src.zip --exclude=ct.sym --exclude='*.jsa' --exclude='*.diz' bin/java lib conf |
        tar -x -C "$root/opt/java" || return
    ldd "$home/bin/java" "$home"/lib/server/libjvm.so "$home"/lib/lib{java,net,nio,zip,jimage}.so 2>/dev/null |
        awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\/.*[^:]$/ { print $1 }' | { grep -vF "$home" || true; } | sort -u |
        while read -r library; do install -D "$library" "$root$library" || return; done || return
    tar -c -C "$root" --numeric-owner . |
        docker import -c 'ENV PATH=/opt/java/bin' - java-of-this-machine >/dev/null && rm -r "$root"
}

# The official command line as the build put it together, in the layout of Flyway's image.
flyway_image() {
    mkdir -p "$work/flyway" && cp -r "$compiled/target/flyway-commandline/lib" "$work/flyway/lib" &&
        printf '%s\n' 'FROM java-of-this-machine' 'COPY lib /flyway/lib' \
            'ENTRYPOINT ["java", "-cp", "/flyway/lib/*", "org.flywaydb.commandline.Main"]' >"$work/flyway/Dockerfile" &&
        docker build --quiet --tag flyway-of-this-build "$work/flyway" >/dev/null
}
