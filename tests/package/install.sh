# install.sh PACKAGE… [-- OTHER…]: installs packages of /packages, and others of the archive.
chosen=() others=()
while (($#)) && [[ $1 != -- ]]; do
  chosen+=(/packages/"$1"_*.deb)
  shift
done
(($#)) && others=("${@:2}")
{
  apt-get update && apt-get install -y --no-install-recommends "${chosen[@]}" "${others[@]}"
} >/tmp/install.log 2>&1 || { tail -n 30 /tmp/install.log; exit 1; }
dpkg --audit
# Each file is what the package says that it is.
for file in "${chosen[@]}"; do
  wrong=$(dpkg --verify "$(dpkg-deb -f "$file" Package)")
  [[ -z $wrong ]] || { echo "$file: $wrong"; exit 1; }
done
