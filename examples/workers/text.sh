#!/bin/sh
# Part of the text service (upper, who, fail) in POSIX shell, with sed for a JSON parser:
# shows how little a worker needs. ASCII letters are all that `upper` knows.
export LC_ALL=C # bytes: sed stumbles over what is not valid in a locale

# What may stand between the brackets of a JSON value, to a depth of five: strings whole, so
# that quotes, commas and brackets in them are no structure.
string='"([^"\\]|\\.)*"'
inside="([^]\"[{}]|$string)*"
for _ in 1 2 3 4; do inside="([^]\"[{}]|$string|[[{]${inside}[]}])*"; done
value="$string|[[{]${inside}[]}]|[^][{}\", ]+"

# member OBJECT KEY: prints the value of a member of OBJECT itself as JSON text.
member() {
  printf '%s\n' "$1" | sed -nE -e "s/^ *\{($inside,)? *\"$2\" *: *//" -e 't found' -e d \
    -e ': found' -e "s/^($value).*/\1/p"
}

# text_of OBJECT KEY: the same for a string, without its quotes but with its escapes: they
# go into the answer as they came.
text_of() {
  text=$(member "$1" "$2")
  case $text in '"'*'"') text=${text#?} && printf '%s\n' "${text%?}" ;; *) false ;; esac
}

# upper: capitals for all but the escapes, which get a line of their own meanwhile.
upper() {
  sed 's/\\./\
&\
/g' | sed '/^\\/!y/abcdefghijklmnopqrstuvwxyz/ABCDEFGHIJKLMNOPQRSTUVWXYZ/' | tr -d '\n'
}

result() { printf '{"kind":"%s","request_id":%s,"payload":%s}\n' "$kind" "$id" "$1"; }
error() {
  printf '{"kind":"%s","request_id":%s,"error":{"code":"%s","message":"%s"}}\n' \
    "$kind" "$id" "$1" "$2"
}

while IFS= read -r line; do
  kind=$(text_of "$line" kind)
  id=$(member "$line" request_id)
  payload=$(member "$line" payload)
  case $kind:$id in
  hello:*)
    echo '{"kind":"ready","payload":{"protocol":1,"name":"text.sh","version":"1.0"}}' ;;
  shutdown:*) exit 0 ;;
  *: | *:null) ;; # nobody waits for an answer
  who:*) result "{\"language\":\"sh\",\"pid\":$$}" ;;
  fail:*) error asked "$(text_of "$payload" message || echo 'failed because it was asked to')" ;;
  upper:*)
    if text=$(text_of "$payload" text); then
      result "{\"text\":\"$(printf '%s\n' "$text" | upper)\"}"
    else
      error bad_payload 'expected {\"text\": string}'
    fi ;;
  *) error unknown_kind "there is no kind '$kind' here" ;;
  esac
done
