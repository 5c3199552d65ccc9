#!/usr/bin/env bash
# Installs, for .ci/run, the real programs that the tests in test/real and the bench use. Debian packages go into the
# machine; the rest, pinned, into .tools/ of this checkout. Debian 12 as root; apt, PyPI and the Go module proxy.
set -euo pipefail
cd "$(dirname "$0")/.."

crane=github.com/google/go-containerregistry/cmd/crane@v0.22.1
oras=oras.land/oras/cmd/oras@v1.3.6
conformance=github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111
awscli=awscli==1.46.3
# They read what holdfast plan prints as CloudFormation and Terraform.
readers=(cfn-lint==1.58.0 python-hcl2==8.1.4)
packages=(docker-registry skopeo apache2-utils umoci radosgw ceph-mon ceph-osd ceph-common python3-venv ca-certificates)
programs=(docker-registry skopeo htpasswd umoci radosgw radosgw-admin ceph-mon ceph-osd ceph ceph-authtool monmaptool)
# What the test image is built of: the files of these Debian packages, a layer each.
layers=(base-files libc6 bash coreutils)

tools=$PWD/.tools
mkdir -p "$tools/bin" "$tools/debs"

say() { printf 'tools: %s\n' "$*"; }
has() { command -v "$1" > /dev/null 2>&1; }
PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin

updated=
apt_update() {
  [ -n "$updated" ] || apt-get update -qq
  updated=yes
}

install_packages() {
  local program missing=
  for program in "${programs[@]}"; do has "$program" || missing="$missing $program"; done
  [ -n "$missing" ] || return 0
  say "installing Debian packages (missing:$missing)"
  apt_update
  # No package may start its own server, on its own ports, just because it is installed.
  local policy=/usr/sbin/policy-rc.d mine=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod 755 $policy
    mine=yes
  fi
  local code=0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" > "$tools/apt.log" 2>&1 || code=$?
  [ -z "$mine" ] || rm -f $policy
  [ "$code" = 0 ] || tail -20 "$tools/apt.log"
  return "$code"
}

download_layers() {
  local name
  for name in "${layers[@]}"; do
    compgen -G "$tools/debs/${name}_*.deb" > /dev/null && continue
    apt_update
    say "downloading the package $name"
    (cd "$tools/debs" && apt-get download -qq "$name" 2> "$tools/apt.log" || { cat "$tools/apt.log"; exit 1; })
  done
}

# Installed once per pin: the stamp holds what was asked for.
stamped() { [ "$(cat "$tools/$1.stamp" 2> /dev/null)" = "$2" ]; }
stamp() { printf '%s' "$2" > "$tools/$1.stamp"; }

install_aws() {
  stamped aws "$awscli" && return 0
  say "installing $awscli"
  rm -rf "$tools/venv"
  # Debian's own Python where there is one: a venv must outlive version managers.
  local python=/usr/bin/python3
  [ -x $python ] || python=python3
  "$python" -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir "$awscli"
  stamp aws "$awscli"
}

# In an environment of their own: they and the AWS CLI want different versions of the same libraries.
install_readers() {
  stamped readers "${readers[*]}" && return 0
  say "installing ${readers[*]}"
  rm -rf "$tools/readers"
  local python=/usr/bin/python3
  [ -x $python ] || python=python3
  "$python" -m venv "$tools/readers"
  "$tools/readers/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir "${readers[@]}"
  stamp readers "${readers[*]}"
}

install_go_tool() {
  local name=$1 module=$2
  stamped "$name" "$module" && return 0
  if ! has go; then
    say "no Go found, and Debian 12's is too old to build $name: install Go 1.24 or newer"
    return 1
  fi
  say "building $module"
  GOPATH=$tools/go GOBIN=$tools/bin GOCACHE=$tools/go-build GOFLAGS='-modcacherw -buildvcs=false -trimpath' \
    go install "$module" 2> "$tools/go.log" || { tail -20 "$tools/go.log"; return 1; }
  stamp "$name" "$module"
}

install_packages
download_layers
install_aws
install_readers
install_go_tool crane "$crane"
install_go_tool oras "$oras"
install_go_tool conformance "$conformance"
say "ready: $("$tools/venv/bin/aws" --version | cut -d' ' -f1), $(skopeo --version), crane ${crane##*@}, oras ${oras##*@}"
