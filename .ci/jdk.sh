# Sourced by ./build and ./lockstep: find_jdk25 prints the home of a JDK 25 or newer, or says what to install.
is_jdk25() {
  [ -x "$1/bin/javac" ] || return 1
  [ -r "$1/release" ] || return 1
  jdk_version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${jdk_version:-0}" -ge 25 ]
}
find_jdk25() {
  if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then echo "$JAVA_HOME"; return 0; fi
  # The JDK on PATH, then those that a package manager installed beside it.
  beside=
  for jdk_tool in javac java; do
    if jdk_on_path=$(command -v "$jdk_tool" 2>/dev/null); then
      jdk_home=$(dirname "$(dirname "$(readlink -f "$jdk_on_path")")")
      if is_jdk25 "$jdk_home"; then echo "$jdk_home"; return 0; fi
      beside=${beside:-$(dirname "$jdk_home")}
    fi
  done
  for jdk_home in "${beside:-/nonexistent}"/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
      "${HOME:-/nonexistent}"/.jdks/*; do
    if is_jdk25 "$jdk_home"; then echo "$jdk_home"; return 0; fi
  done
  echo "lockstep: no JDK 25 in JAVA_HOME, on PATH or beside that one, or under ~/.sdkman, ~/.jdks;" \
    "install one (Eclipse Temurin 25, for example) or set JAVA_HOME, and run this again" >&2
  return 2
}
