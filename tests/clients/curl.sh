#!/usr/bin/env bash
# Carries out the session of session.py with curl. usage: curl.sh URL
#
# A later request needs the Location of an earlier one, so the session is three runs of curl; all
# requests of one run go over one connection.
set -euo pipefail

url=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0      # requests so far; files in $work are called by these numbers
failures=0   # answers that are not as expected
arguments=() # of the next run of curl
# Of each request of the next run: its number, name, expected status, slug of the problem document
# or -, and `moves` if it may go over another connection than the one before.
requests=()

json=(-H 'Content-Type: application/json')
patch=(-X PATCH "${json[@]}")
upgrade=(--http2) # on a plain connection: GET with Upgrade: h2c
# Longer than the whole request may take: curl sends no body unless 100 comes.
expect=(-H 'Expect: 100-continue' --expect100-timeout 60)
form='%{http_code} %{local_port} %{size_download} %{exitcode} %{errormsg}'

# expect_equal REQUEST WHAT EXPECTED ACTUAL
expect_equal() {
  [[ $3 != "$4" ]] || return 0
  printf '%s: %s: expected %s, actual %s\n' "$1" "$2" "$3" "${4:-nothing}" >&2
  failures=$((failures + 1))
}

# request NAME STATUS SLUG STAYS-OR-MOVES TARGET [OPTION...]: adds a request to the next run.
request() {
  local name=$1 status=$2 slug=$3 moves=$4 target=$5
  shift 5
  count=$((count + 1))
  requests+=("$count|$name|$status|$slug|$moves")
  [[ ${#arguments[@]} == 0 ]] || arguments+=(--next)
  arguments+=(-s --noproxy '*' --max-time 10 -D "$work/$count.head" -o "$work/$count.body"
    -w "$form\n" "$@" "$url$target")
}

# send: runs curl, and compares status, problem document and connection of each request.
send() {
  local number name status slug moves code port size exit_code message previous=''
  # The exit code is that of the last request only; the lines of `-w` have each.
  curl -q "${arguments[@]}" >"$work/results" || true
  while IFS='|' read -r number name status slug moves <&3; do
    read -r code port size exit_code message <&4 || code=none
    [[ $exit_code == 0 ]] || code="$code, exit code $exit_code ($message)"
    expect_equal "$name" status "$status" "$code"
    [[ $slug == - || $code != "$status" ]] || problem "$name" "$number" "$status" "$slug"
    [[ -z $previous || $moves == moves || $exit_code != 0 ]] ||
      expect_equal "$name" connection "$previous" "$port"
    previous=$port
    [[ $exit_code == 0 ]] || previous=''
    printf '%s\n' "$size" >"$work/$number.size"
  done 3< <(printf '%s\n' "${requests[@]}") 4<"$work/results"
  arguments=()
  requests=()
}

# problem NAME NUMBER STATUS SLUG: checks that the body is this problem document.
problem() {
  expect_equal "$1" Content-Type application/problem+json "$(field Content-Type "$2")"
  grep -qF "\"type\":\"/problems/$4\"" "$work/$2.body" ||
    expect_equal "$1" type "/problems/$4" "$(body "$2")"
  grep -qF "\"status\":$3" "$work/$2.body" ||
    expect_equal "$1" 'member status' "$3" "$(body "$2")"
}

# field NAME NUMBER: a field of the answer; nothing if there is none.
field() { sed -nE "s/^$1: (.*)\r$/\1/Ip" "$work/$2.head" 2>/dev/null || true; }
# body NUMBER: the body of the answer; nothing if there is none.
body() { cat "$work/$1.body" 2>/dev/null || true; }
# user NAME: a body whose e-mail no other user has.
user() { printf '{"name":"Ada Lovelace","email":"curl-%s-%s@example.org"}' "$1" $$; }

finish() {
  echo "$count requests"
  exit $((failures > 0))
}

request create 201 - stays /users "${json[@]}" -d "$(user plain)"
send
location=$(field Location 1)
first=$(field ETag 1)
expect_equal create Location "/users/$(sed -nE 's/^\{"id":([0-9]+),.*/\1/p' "$work/1.body")" \
  "$location"
expect_equal create ETag '"1"' "$first"
[[ -n $location ]] || finish

request read 200 - stays "$location"
read=$count
request 'read if changed' 304 - stays "$location" -H "If-None-Match: $first"
unchanged=$count
request change 200 - stays "$location" "${patch[@]}" -H "If-Match: $first" -d '{"name":"Ada King"}'
changed=$count
request 'change with a stale ETag' 412 precondition-failed stays "$location" "${patch[@]}" \
  -H "If-Match: $first" -d '{"name":"Ada Byron"}'
request 'duplicate e-mail' 409 email-taken stays /users "${json[@]}" -d "$(user plain)"
request 'invalid body' 422 validation-failed stays /users "${json[@]}" -d '{}'
invalid=$count
request 'unknown route' 404 not-found stays /nothing

request 'chunked body' 201 - stays /users "${json[@]}" -H 'Transfer-Encoding: chunked' \
  -d "$(user chunked)"
chunked=$count
request head 200 - stays "$location" --head
head=$count
request options 204 - stays "$location" -X OPTIONS
options=$count
request 'upgrade to h2c' 200 - stays "$location" "${upgrade[@]}"
upgraded=$count
request 'read after the upgrade' 200 - stays "$location" # over the same connection

# After a refusal curl opens another connection, as the body that it announced was not sent.
request expect 201 - stays /users "${json[@]}" "${expect[@]}" -d "$(user expect)"
expected=$count
request 'expect, unknown route' 404 not-found stays /nothing "${json[@]}" "${expect[@]}" -d '{}'
request 'read after a refusal' 200 - moves "$location"
request 'expect, wrong type' 415 unsupported-media-type stays /users \
  -H 'Content-Type: text/plain' "${expect[@]}" -d Ada
# curl itself adds Expect to a body over 1 MiB.
head -c 1200000 /dev/zero | tr '\0' ' ' >"$work/large"
request 'large body' 413 content-too-large moves /users "${json[@]}" --data-binary "@$work/large"
request 'large body without Expect' 413 content-too-large moves /users "${json[@]}" -H 'Expect:' \
  --data-binary "@$work/large"
request 'read after a large body' 200 - moves "$location"
send

expect_equal read ETag "$first" "$(field ETag "$read")"
expect_equal read body "$(body 1)" "$(body "$read")"
expect_equal 'read if changed' body '' "$(body "$unchanged")"
expect_equal change ETag '"2"' "$(field ETag "$changed")"
[[ $(body "$changed") == *'"name":"Ada King"'* ]] ||
  expect_equal change name 'Ada King' "$(body "$changed")"
[[ $(body "$invalid") == *'"errors":[{"pointer":"/name",'* ]] ||
  expect_equal 'invalid body' pointers /name "$(body "$invalid")"
expect_equal head 'size of the body' 0 "$(<"$work/$head.size")"
expect_equal head Content-Length "$(<"$work/$changed.size")" "$(field Content-Length "$head")"
[[ ", $(field Allow "$options")," == *', PATCH,'* ]] ||
  expect_equal options Allow 'a list with PATCH' "$(field Allow "$options")"
expect_equal 'upgrade to h2c' body "$(body "$changed")" "$(body "$upgraded")"
grep -q '^HTTP/1.1 100 ' "$work/$expected.head" || expect_equal expect 'first answer' 100 none

for answer in 1 "$chunked" "$expected"; do
  target=$(field Location "$answer")
  [[ -z $target ]] || request delete 204 - stays "$target" -X DELETE
done
request 'read what is deleted' 404 user-not-found stays "$location"
send
finish
