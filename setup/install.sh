# Installs what is missing. Sourced by ./gms; needs $root. Says in one line each what is installed and why.

setup_missing() { # prints "package<TAB>purpose" for each package that is not installed
  local package purpose
  while IFS=$'\t' read -r package purpose; do
    [[ -z $package || $package == \#* ]] && continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s\t%s\n' "$package" "$purpose"
  done < "$root/setup/packages.txt"
}

setup_platform() {
  [[ $(uname -sm) == "Linux x86_64" ]] || { echo "gms: this is $(uname -sm); GMS runs on Linux on x86-64." >&2; return 1; }
  grep -qw avx2 /proc/cpuinfo || { echo "gms: this processor has no AVX2, which GMS's kernels need." >&2; return 1; }
  command -v apt-get >/dev/null || { echo "gms: the set-up needs Debian 12 or a system with its packages (no apt-get here)." >&2; return 1; }
}

setup_packages() {
  local missing names as_root=()
  missing=$(setup_missing)
  [[ -z $missing ]] && return 0
  setup_platform || return 1
  names=$(cut -f1 <<< "$missing" | tr '\n' ' ')
  if [[ $(id -u) != 0 ]]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      echo "gms: these packages are missing and installing needs root. Run:" >&2
      echo "    sudo apt-get update && sudo apt-get install --no-install-recommends $names" >&2
      return 1
    fi
  fi
  while IFS=$'\t' read -r package purpose; do
    echo "installing $package: $purpose" >&2
  done <<< "$missing"
  mkdir -p "$root/build"
  if ! { "${as_root[@]}" apt-get update -qq &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $names; } \
       > "$root/build/setup.log" 2>&1 < /dev/null; then
    echo "gms: the installation failed; the end of build/setup.log:" >&2
    tail -n 12 "$root/build/setup.log" >&2
    echo "gms: LLVM and MLIR 22 come from the LLVM project's packages for Debian 12; if apt-get does not know" >&2
    echo "gms: libmlir-22-dev, add that package source first." >&2
    return 1
  fi
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
