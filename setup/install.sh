# Installs what is missing. Sourced by ./gms; needs $root. Says in one line each what is installed and why.

setup_missing() { # prints "package<TAB>purpose" for each package that is not installed
  local package purpose installed
  installed=$(dpkg-query -W -f='${Package} ${Status}\n' 2>/dev/null | sed -n 's/ install ok installed$//p')
  while IFS=$'\t' read -r package purpose; do
    [[ -z $package || $package == \#* ]] && continue
    grep -qxF "$package" <<< "$installed" || printf '%s\t%s\n' "$package" "$purpose"
  done < "$root/setup/packages.txt"
}

setup_platform() {
  [[ $(uname -sm) == "Linux x86_64" ]] || { echo "gms: this is $(uname -sm); GMS runs on Linux on x86-64." >&2; return 1; }
  grep -qw avx2 /proc/cpuinfo || { echo "gms: this processor has no AVX2, which GMS's kernels need." >&2; return 1; }
  local system
  system=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}")
  [[ $system == "debian 12" ]] ||
    echo "gms: this is ${system:-an unknown system}; GMS is tested on Debian 12 alone, and other systems are not supported." >&2
}

setup_packages() {
  local missing names package purpose as_root=()
  setup_platform || return 1
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || {
    echo "gms: no apt-get here; setup/packages.txt lists what has to be installed. Trying to build." >&2
    return 0
  }
  missing=$(setup_missing)
  [[ -z $missing ]] && return 0
  names=$(cut -f1 <<< "$missing" | paste -sd' ')
  if [[ $(id -u) != 0 ]]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      echo "gms: these packages are missing, and installing them needs root. Run:" >&2
      echo "    sudo apt-get update && sudo apt-get install --no-install-recommends $names" >&2
      return 1
    fi
  fi
  mkdir -p "$root/build"
  "${as_root[@]}" apt-get update -qq > "$root/build/setup.log" 2>&1 < /dev/null # a source that is down may not be needed
  setup_known "$names" || return 1
  while IFS=$'\t' read -r package purpose; do
    echo "installing $package: $purpose" >&2
  done <<< "$missing"
  # shellcheck disable=SC2086 # names are words
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $names \
       >> "$root/build/setup.log" 2>&1 < /dev/null; then
    echo "gms: the installation failed; the end of build/setup.log:" >&2
    tail -n 12 "$root/build/setup.log" >&2
    return 1
  fi
}

setup_known() { # fails where apt-get's sources do not hold one of the packages in $1
  local name unknown=()
  for name in $1; do
    [[ -n $(LC_ALL=C apt-cache policy "$name" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -v '(none)') ]] || unknown+=("$name")
  done
  [[ ${#unknown[@]} == 0 ]] && return 0
  echo "gms: the package sources of this system do not hold: ${unknown[*]}" >&2
  if [[ ${unknown[*]} == *-22* ]]; then
    echo "gms: LLVM and MLIR 22 come with Debian 12's security updates (the suite bookworm-security, component main);" >&2
    echo "gms: add that suite to the package sources, run apt-get update, and start again." >&2
  fi
  return 1
}

setup_photographs() { # the photographs that the scikit-image wheel ships
  local folder=$root/examples/quickstart/photos
  [[ -f $folder/astronaut.png ]] && return 0
  echo "fetching the photographs of scikit-image: what the quickstart augments" >&2
  mkdir -p "$root/build"
  python3 "$root/setup/photographs.py" "$root/build/env-photographs" "$folder" > "$root/build/photographs.log" 2>&1 || {
    echo "gms: the photographs could not be obtained; the end of build/photographs.log:" >&2
    tail -n 5 "$root/build/photographs.log" >&2
    return 1
  }
}
