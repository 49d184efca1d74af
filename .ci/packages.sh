# Sourced by .ci/run: installs from Debian what this machine lacks.

install_packages() {
    local wanted=(docker.io busybox-static xz-utils unzip postgresql-client-15 rsync git chromium chromium-driver prometheus python3-django python3-psycopg2 pgbouncer) missing=() package
    command -v javac >/dev/null || wanted+=(openjdk-17-jdk-headless)
    command -v mvn >/dev/null || wanted+=(maven)
    command -v npm >/dev/null || wanted+=(nodejs npm)
    for package in "${wanted[@]}"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing ${missing[*]}"
    apt_get update && apt_get install "${missing[@]}" && return 0
    sleep 10
    apt_get update && apt_get install "${missing[@]}" && return 0
    cat "$work/apt.log" >&2
    echo "Could not install ${missing[*]}." >&2
    return 1
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends "$@" >"$work/apt.log" 2>&1 </dev/null
}
