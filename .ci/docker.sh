# Sourced by .ci/run: a Docker engine of its own, which touches neither the machine's engine nor its firewall.

start_docker() {
    docker_dir=$work/docker
    mkdir "$docker_dir"
    export DOCKER_HOST=unix://$docker_dir/docker.sock
    dockerd --data-root "$docker_dir/data" --exec-root "$docker_dir/exec" --pidfile "$docker_dir/pid" \
        --host "$DOCKER_HOST" --iptables=false --ip6tables=false >"$docker_dir/log" 2>&1 </dev/null &
    docker_pid=$!
    disown "$docker_pid"
    for _ in $(seq 300); do
        if docker version >/dev/null 2>&1; then
            # The engine ends with this script and takes its containers along; nothing else needs to watch them.
            export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost
            echo "Docker $(docker version --format '{{.Server.Version}}')"
            return
        fi
        kill -0 "$docker_pid" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$docker_dir/log" >&2
    echo "The Docker engine did not start." >&2
    return 1
}

stop_docker() {
    [ -n "${docker_pid:-}" ] || return 0
    docker ps -aq 2>/dev/null | xargs -r docker rm -fv >/dev/null 2>&1 || true
    kill "$docker_pid" 2>/dev/null || true
    for _ in $(seq 150); do
        kill -0 "$docker_pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$docker_pid" 2>/dev/null || true
}
