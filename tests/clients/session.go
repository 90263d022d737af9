// Carries out the session of session.py with Go's net/http.
//
// usage: go run session.go URL
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"time"
)

const (
	deadline = 10 * time.Second // for each request
	large    = 1200000          // bytes; the daemon accepts 65,536 (http.max_body_bytes)
)

var (
	base   = os.Args[1]
	client = &http.Client{
		Timeout: deadline,
		// Longer than the whole request may take: no body is sent unless 100 comes.
		Transport: &http.Transport{ExpectContinueTimeout: 6 * deadline},
	}
	requests   int
	failures   int
	connection string // the local address of the request before; empty if that failed
)

// A step is a request with what is expected of its answer.
type step struct {
	name    string
	status  int
	method  string
	target  string
	fields  map[string]string
	body    string
	chunked bool
	expect  bool   // the body is announced, and sent when 100 has come
	slug    string // of the problem document
	moves   bool   // may go over another connection than the one before
}

// An answer is what the daemon answered.
type answer struct {
	status    int
	fields    http.Header
	body      string
	continued bool // whether 100 came
}

// members returns the members of the body; none if it is no JSON object.
func (a answer) members() map[string]any {
	var found map[string]any
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.UseNumber()
	if decoder.Decode(&found) != nil {
		return nil
	}
	return found
}

// unsized hides the length of a body, so that it is sent chunked.
type unsized struct{ io.Reader }

func expectEqual(request, what string, expected, actual any) {
	if fmt.Sprint(expected) == fmt.Sprint(actual) {
		return
	}
	failures++
	fmt.Fprintf(os.Stderr, "%s: %s: expected %v, actual %v\n", request, what, expected, actual)
}

// exchange sends the request and reads the answer as a whole.
func (s step) exchange(local *string) (answer, error) {
	var body io.Reader
	if s.chunked {
		body = unsized{strings.NewReader(s.body)}
	} else if s.body != "" {
		body = bytes.NewReader([]byte(s.body))
	}
	request, err := http.NewRequest(s.method, base+s.target, body)
	if err != nil {
		return answer{}, err
	}
	for name, text := range s.fields {
		request.Header.Set(name, text)
	}
	if s.expect {
		request.Header.Set("Expect", "100-continue")
	}
	var got answer
	trace := &httptrace.ClientTrace{
		GotConn:        func(c httptrace.GotConnInfo) { *local = c.Conn.LocalAddr().String() },
		Got100Continue: func() { got.continued = true },
	}
	request = request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	got.status, got.fields, got.body = response.StatusCode, response.Header, string(text)
	return got, err
}

// send carries out a step, and checks status, problem document and connection.
func (s step) send() answer {
	requests++
	var local string
	got, err := s.exchange(&local)
	if err != nil {
		expectEqual(s.name, "status", s.status, err)
		connection = ""
		return answer{}
	}
	expectEqual(s.name, "status", s.status, got.status)
	if s.slug != "" && got.status == s.status {
		problem := got.members()
		expectEqual(s.name, "Content-Type", "application/problem+json",
			got.fields.Get("Content-Type"))
		expectEqual(s.name, "type", "/problems/"+s.slug, problem["type"])
		expectEqual(s.name, "member status", s.status, problem["status"])
	}
	if connection != "" && !s.moves {
		expectEqual(s.name, "connection", connection, local)
	}
	connection = local
	return got
}

// user returns a body whose e-mail no other user has.
func user(name string) string {
	return fmt.Sprintf(`{"name":"Ada Lovelace","email":"go-%s-%d@example.org"}`, name, os.Getpid())
}

// jsonWith returns the fields of a JSON body, and more: name, text, ...
func jsonWith(more ...string) map[string]string {
	fields := map[string]string{"Content-Type": "application/json"}
	for i := 0; i < len(more); i += 2 {
		fields[more[i]] = more[i+1]
	}
	return fields
}

func get(name string, status int, target string, fields map[string]string) step {
	return step{name: name, status: status, method: "GET", target: target, fields: fields}
}

func post(name string, status int, target, body string) step {
	return step{name: name, status: status, method: "POST", target: target, fields: jsonWith(),
		body: body}
}

func patch(name string, status int, target, tag, body string) step {
	return step{name: name, status: status, method: "PATCH", target: target,
		fields: jsonWith("If-Match", tag), body: body}
}

func (s step) problem(slug string) step {
	s.slug = slug
	return s
}

func (s step) expecting() step {
	s.expect = true
	return s
}

func (s step) moving() step {
	s.moves = true
	return s
}

func carryOut() {
	created := post("create", 201, "/users", user("plain")).send()
	location := created.fields.Get("Location")
	first := created.fields.Get("ETag")
	expectEqual("create", "Location", fmt.Sprintf("/users/%v", created.members()["id"]), location)
	expectEqual("create", "ETag", `"1"`, first)
	if location == "" {
		return
	}

	read := get("read", 200, location, nil).send()
	expectEqual("read", "ETag", first, read.fields.Get("ETag"))
	expectEqual("read", "body", created.body, read.body)
	unchanged := get("read if changed", 304, location,
		map[string]string{"If-None-Match": first}).send()
	expectEqual("read if changed", "body", "", unchanged.body)
	changed := patch("change", 200, location, first, `{"name":"Ada King"}`).send()
	expectEqual("change", "ETag", `"2"`, changed.fields.Get("ETag"))
	expectEqual("change", "name", "Ada King", changed.members()["name"])
	patch("change with a stale ETag", 412, location, first, `{"name":"Ada Byron"}`).
		problem("precondition-failed").send()
	post("duplicate e-mail", 409, "/users", user("plain")).problem("email-taken").send()
	invalid := post("invalid body", 422, "/users", "{}").problem("validation-failed").send()
	expectEqual("invalid body", "first pointer is /name", true,
		strings.Contains(invalid.body, `"errors":[{"pointer":"/name",`))
	get("unknown route", 404, "/nothing", nil).problem("not-found").send()

	upload := post("chunked body", 201, "/users", user("chunked"))
	upload.chunked = true
	chunked := upload.send()
	head := step{name: "head", status: 200, method: "HEAD", target: location}.send()
	expectEqual("head", "body", "", head.body)
	expectEqual("head", "Content-Length", len(changed.body), head.fields.Get("Content-Length"))
	options := step{name: "options", status: 204, method: "OPTIONS", target: location}.send()
	expectEqual("options", "Allow has PATCH", true,
		strings.Contains(", "+options.fields.Get("Allow")+",", ", PATCH,"))
	upgrade := get("upgrade to h2c", 200, location, map[string]string{
		// what java.net.http.HttpClient adds to every request on a plain connection
		"Connection":     "Upgrade, HTTP2-Settings",
		"Upgrade":        "h2c",
		"HTTP2-Settings": "AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA",
	}).send()
	expectEqual("upgrade to h2c", "body", changed.body, upgrade.body)
	get("read after the upgrade", 200, location, nil).send() // over the same connection

	// After a refusal the client opens another connection, as the body that it announced was not
	// sent.
	expected := post("expect", 201, "/users", user("expect")).expecting().send()
	expectEqual("expect", "100 came", true, expected.continued)
	post("expect, unknown route", 404, "/nothing", "{}").expecting().problem("not-found").send()
	get("read after a refusal", 200, location, nil).moving().send()
	wrong := post("expect, wrong type", 415, "/users", "Ada").expecting()
	wrong.fields = map[string]string{"Content-Type": "text/plain"}
	wrong.problem("unsupported-media-type").send()
	post("large body", 413, "/users", strings.Repeat(" ", large)).problem("content-too-large").
		moving().send()
	get("read after a large body", 200, location, nil).moving().send()

	for _, answer := range []answer{created, chunked, expected} {
		if target := answer.fields.Get("Location"); target != "" {
			gone := step{name: "delete", status: 204, method: "DELETE", target: target}.send()
			expectEqual("delete", "body", "", gone.body)
		}
	}
	get("read what is deleted", 404, location, nil).problem("user-not-found").send()
}

func main() {
	carryOut()
	fmt.Println(requests, "requests")
	if failures > 0 {
		os.Exit(1)
	}
}
