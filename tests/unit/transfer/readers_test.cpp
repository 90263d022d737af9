#include "transfer/readers/readers.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/text_file.hpp"

using rollcall::app::ImportFormat;
using rollcall::app::LineSource;
using rollcall::app::make_reader;
using rollcall::app::max_line_bytes;
using rollcall::db::ImportedUser;
using rollcall::tests::TextFile;

namespace {

using Lines = std::vector<std::string>;

std::string shown(const ImportedUser& user) {
  std::string text = user.fields.name.value();
  if (user.fields.email) text += " <" + user.fields.email->value() + ">";
  if (user.fields.username) text += " as " + user.fields.username->value();
  if (user.fields.external_id) text += " external " + user.fields.external_id->value();
  if (!user.fields.active) text += " inactive";
  if (user.fields.attributes != rollcall::Attributes{})
    text += " " + user.fields.attributes.value();
  if (user.id) text += " id " + std::to_string(user.id->value());
  if (user.version) text += " version " + std::to_string(*user.version);
  if (user.created_at) text += " created " + rollcall::to_rfc3339(*user.created_at);
  if (user.updated_at) text += " updated " + rollcall::to_rfc3339(*user.updated_at);
  return text;
}

std::string shown(const rollcall::app::Entry& entry) {
  const auto* used = std::get_if<rollcall::db::UsedId>(&entry);
  if (!used) return shown(std::get<ImportedUser>(entry));
  return (used->deleted ? "deleted id " : "last id ") + std::to_string(used->id.value());
}

/// Each record as "line: user" or "line! error"; last the error that ended the reading early, if
/// any.
Lines records_of(ImportFormat format, const std::string& text) {
  const TextFile file{text};
  const auto reader = make_reader(format, LineSource{file.descriptor()});
  Lines all;
  while (true) {
    const auto record = reader->next();
    if (!record) all.push_back("failed: " + record.error());
    if (!record || !*record) return all;
    const auto& [first, last, entry] = **record;
    std::string line = std::to_string(first);
    if (last != first) line += "-" + std::to_string(last);
    all.push_back(line + (entry ? ": " + shown(*entry) : "! " + entry.error()));
  }
}

Lines ndjson(const std::string& text) { return records_of(ImportFormat::ndjson, text); }
Lines csv(const std::string& text) { return records_of(ImportFormat::csv, text); }
Lines passwd(const std::string& text) { return records_of(ImportFormat::passwd, text); }

const std::string fields =
    "id, username, name, email, external_id, active, attributes, version, created_at, "
    "updated_at";

}  // namespace

TEST_CASE("a format is known by its name or by a file's extension") {
  CHECK(rollcall::app::format_named("passwd") == ImportFormat::passwd);
  CHECK_FALSE(rollcall::app::format_named("xml"));
  CHECK(rollcall::app::format_of_file("a/b.ndjson") == ImportFormat::ndjson);
  CHECK(rollcall::app::format_of_file("b.jsonl") == ImportFormat::ndjson);
  CHECK(rollcall::app::format_of_file("b.csv") == ImportFormat::csv);
  CHECK_FALSE(rollcall::app::format_of_file("/etc/passwd"));
  CHECK_FALSE(rollcall::app::format_of_file("-"));
}

TEST_CASE("an NDJSON line is one user, with the fields that it gives") {
  CHECK(ndjson(R"({"name":"Ada"})") == Lines{"1: Ada"});
  CHECK(ndjson(R"({"email":null,"name":" Ada "})") == Lines{"1: Ada"});
  CHECK(
      ndjson(
          R"({"id":7,"name":"Ada","email":"a@b","version":3,)"
          R"("created_at":"2026-11-22T06:47:00.123Z","updated_at":"2026-11-23T06:47:00.000Z"})") ==
      Lines{"1: Ada <a@b> id 7 version 3 created 2026-11-22T06:47:00.123Z updated "
            "2026-11-23T06:47:00.000Z"});
}

TEST_CASE("a user's attributes are read from NDJSON and CSV with the numbers as they are") {
  CHECK(ndjson(R"({"name":"A","attributes":{"b": 1.0,"a":[1e2,{"c":null}]},"active":true})") ==
        Lines{R"(1: A {"b":1.0,"a":[1e2,{"c":null}]})"});
  CHECK(csv("name,attributes,active\nA,\"{\"\"b\"\": 1.0}\",\nB,,false\n") ==
        Lines{R"(2: A {"b":1.0})", "3: B inactive"});
  CHECK(csv("name,attributes,active\nA,[],yes\n") ==
        Lines{"2! attributes: must be a JSON object; active: must be true or false"});
}

TEST_CASE("empty NDJSON lines are no users, and lines are counted through them") {
  CHECK(ndjson("\n  \r\n{\"name\":\"A\"}\r\n\n{\"name\":\"B\"}") == Lines{"3: A", "5: B"});
}

TEST_CASE("a byte order mark before NDJSON is skipped") {
  CHECK(ndjson("\xEF\xBB\xBF{\"name\":\"A\"}\n") == Lines{"1: A"});
}

TEST_CASE("an NDJSON line that is no JSON object is refused, and the next one is read") {
  CHECK(ndjson("{\"name\":\"A\"\n{\"name\":\"B\"}\n") ==
        Lines{"1! is not valid JSON in UTF-8, at byte 12", "2: B"});
  CHECK(ndjson("hello\n") == Lines{"1! is not valid JSON in UTF-8, at byte 1"});
  CHECK(ndjson("{\"name\":\"A\"}{}\n") == Lines{"1! is not valid JSON in UTF-8, at byte 13"});
  CHECK(ndjson("[]\n") == Lines{"1! must be a JSON object"});
  CHECK(ndjson("null\n") == Lines{"1! must be a JSON object"});
  CHECK(ndjson("\"Ada\"\n") == Lines{"1! must be a JSON object"});
  CHECK(ndjson("17\n") == Lines{"1! must be a JSON object"});
}

TEST_CASE("invalid UTF-8 in NDJSON is refused") {
  CHECK(ndjson("{\"name\":\"A\xFF\"}\n") == Lines{"1! is not valid JSON in UTF-8, at byte 11"});
}

TEST_CASE("a key given twice in an NDJSON line is refused") {
  CHECK(ndjson(R"({"name":"A","name":"B"})") == Lines{"1! has a duplicate key: name"});
}

TEST_CASE("an unknown field of an NDJSON line is refused, also one with control characters") {
  CHECK(ndjson(R"({"name":"A","zip":[{"name":1}]})") ==
        Lines{"1! zip: unknown field; the fields are " + fields});
  CHECK(ndjson(R"({"name":"A","\u001b[2J":1})") ==
        Lines{"1! \\x1b[2J: unknown field; the fields are " + fields});
}

TEST_CASE("a wrong type in an NDJSON line is refused, for every field at once") {
  CHECK(ndjson(R"({"id":"7","name":null,"email":1,"version":1.5,"created_at":true})") ==
        Lines{"1! id: must be a whole number from 1 to 2^63-1; name: must be a string; email: must "
              "be a string, or null for none; version: must be a whole number from 1 to 2^63-1; "
              "created_at: "
              "must be a string"});
  CHECK(ndjson(R"({"name":"A","username":1,"external_id":[],"active":"true","attributes":"{}"})") ==
        Lines{"1! username: must be a string, or null for none; external_id: must be a string, or "
              "null for none; active: must be true or false; attributes: must be a JSON object"});
  CHECK(ndjson(R"({"name":"A","active":null,"attributes":null})") ==
        Lines{"1! active: must be true or false; attributes: must be a JSON object"});
  CHECK(ndjson(R"({"name":{"name":"A"}})") == Lines{"1! name: must be a string"});
  CHECK(ndjson(R"({"name":["A"]})") == Lines{"1! name: must be a string"});
}

TEST_CASE("an id in NDJSON is a whole number from 1 to 2^63-1") {
  const std::string value =
      GENERATE(as<std::string>{}, "0", "-1", "1e3", "1.0", "9223372036854775808",
               "18446744073709551615", "99999999999999999999999", "null");
  INFO(value);
  CHECK(ndjson("{\"name\":\"A\",\"id\":" + value + "}") ==
        Lines{"1! id: must be a whole number from 1 to 2^63-1"});
}

TEST_CASE("the largest id is accepted") {
  CHECK(ndjson(R"({"name":"A","id":9223372036854775807})") == Lines{"1: A id 9223372036854775807"});
}

TEST_CASE("every wrong field of a line is named at once") {
  const auto records = ndjson(R"({"name":" ","email":"x","updated_at":"yesterday"})");
  REQUIRE(records.size() == 1);
  CHECK(records[0] ==
        "1! name: is empty; a name has 1 to 200 characters other than space; email: must have "
        "exactly one @, as in name@example.org; updated_at: must be a time like "
        "2026-11-22T06:47:00.123Z");
}

TEST_CASE("an NDJSON line without a name, or with an empty e-mail, is refused") {
  CHECK(ndjson("{}") == Lines{"1! name: is missing"});
  CHECK(ndjson(R"({"name":"A","email":""})") == Lines{"1! email: is empty; leave it out"});
}

TEST_CASE("an NDJSON line names an id that is used up, and then nothing else") {
  const std::string wrong =
      R"(1! an id that is used up is {"id":17,"deleted":true} or {"last_id":17}, and nothing else)";
  CHECK(ndjson(R"({"id":17,"deleted":true})") == Lines{"1: deleted id 17"});
  CHECK(ndjson(R"({"deleted":true,"id":17})") == Lines{"1: deleted id 17"});
  CHECK(ndjson(R"({"last_id":17})") == Lines{"1: last id 17"});
  for (const std::string line :
       {R"({"deleted":true})", R"({"id":17,"deleted":false})", R"({"id":17,"deleted":1})",
        R"({"id":17,"deleted":null})", R"({"id":0,"deleted":true})", R"({"last_id":0})",
        R"({"last_id":-3})", R"({"last_id":9223372036854775808})", R"({"last_id":"17"})",
        R"({"last_id":true})", R"({"id":17,"last_id":17})",
        R"({"id":17,"name":"Ada","deleted":true})", R"({"id":17,"deleted":true,"last_id":17})",
        R"({"id":17,"deleted":true,"email":null})", R"({"id":17,"deleted":true,"colour":"red"})",
        R"({"last_id":{"last_id":17}})"}) {
    CHECK(ndjson(line) == Lines{wrong});
  }
  CHECK(ndjson(R"({"last_id":17,"last_id":true})") == Lines{"1! has a duplicate key: last_id"});
}

TEST_CASE("an NDJSON line nested deeper than 32 is refused") {
  const auto nested = [](int depth) {
    return "{\"x\":" + std::string(static_cast<std::size_t>(depth - 1), '[') +
           std::string(static_cast<std::size_t>(depth - 1), ']') + ",\"name\":\"A\"}";
  };
  CHECK(ndjson(nested(32)) == Lines{"1! x: unknown field; the fields are " + fields});
  CHECK(ndjson(nested(33)) == Lines{"1! is nested more than 32 deep"});
  CHECK(ndjson(nested(30'000)) == Lines{"1! is nested more than 32 deep"});
}

TEST_CASE("a line over the limit is refused in every format, and the next one is read") {
  const std::string longer(max_line_bytes + 1, 'x');
  const std::string error = "! is longer than 65536 bytes";
  CHECK(ndjson(longer + "\n{\"name\":\"A\"}\n") == Lines{"1" + error, "2: A"});
  CHECK(csv("name\n" + longer + "\nA\n") == Lines{"2" + error, "3: A"});
  CHECK(passwd(longer + "\na:x:1:1:A::\n") == Lines{"1" + error, "2: A as a"});
}

TEST_CASE("the first CSV line names the columns, in any order") {
  CHECK(csv("email,name,id\na@b,Ada,7\n,Bob,\n") == Lines{"2: Ada <a@b> id 7", "3: Bob"});
  CHECK(csv("name\nAda\n") == Lines{"2: Ada"});
}

TEST_CASE("all columns of an export are read") {
  CHECK(csv("id,username,name,email,external_id,active,attributes,version,created_at,updated_at\n"
            "7,\"ada\",\"Ada, Countess\",\"a@b\",\"x 1\",false,\"{\"\"k\"\": "
            "1.0}\",3,2026-11-22T06:47:00.123Z,2026-11-23T06:47:00.000Z\n") ==
        Lines{"2: Ada, Countess <a@b> as ada external x 1 inactive {\"k\":1.0} id 7 version 3 "
              "created 2026-11-22T06:47:00.123Z updated "
              "2026-11-23T06:47:00.000Z"});
}

TEST_CASE("CSV may have a byte order mark, CR LF, empty lines, and a last line without an end") {
  CHECK(csv("\xEF\xBB\xBFname,email\r\n\r\nAda,a@b\r\n\r\nBob,") ==
        Lines{"3: Ada <a@b>", "5: Bob"});
}

TEST_CASE("a CR inside a line of CSV ends no row, and is no part of a name") {
  const auto records = csv("name,email\nAda\rb@c\nBob,b@example.org\n");
  REQUIRE(records.size() == 2);
  CHECK(records[0].find("2! ") == 0);
  CHECK(records[1] == "3: Bob <b@example.org>");
}

TEST_CASE("a quoted CSV value may hold commas, quotes and line ends, which are counted") {
  CHECK(csv("name,email\n\"O\"\"Neill, Jr\",a@b\n") == Lines{"2: O\"Neill, Jr <a@b>"});
  CHECK(csv("name,email\n\"\nAda\r\n\",a@b\nBob,\n") == Lines{"2-4: Ada <a@b>", "5: Bob"});
  CHECK(csv("name\n\"A\n\nB\"\nBob\n") ==
        Lines{"2-4! name: contains a control character; none is allowed", "5: Bob"});
}

TEST_CASE("a CSV record with broken quoting is refused, and the next line is read") {
  const std::string error = "! breaks the rules of quoting (RFC 4180)";
  CHECK(csv("name\nA\"da\"\nBob\n") == Lines{"2" + error, "3: Bob"});
  CHECK(csv("name\n\"Ada\"x\nBob\n") == Lines{"2" + error, "3: Bob"});
}

TEST_CASE("a CSV value whose quote never ends is refused without reading on for ever") {
  CHECK(csv("name\n\"Ada\nBob\n") == Lines{"2-3! a quoted value never ends"});
  std::string text = "name\n\"Ada\n";
  for (int i = 0; i < 2'000; ++i) text += std::string(99, 'x') + "\n";
  const auto records = csv(text + "Bob\n");
  REQUIRE(records.size() > 2);
  CHECK(records[0] == "2-658! a quoted value does not end within 64 KiB");
  CHECK(records.back() == "2003: Bob");
}

TEST_CASE("a CSV record with too few or too many values is refused") {
  CHECK(csv("name,email\nAda\nA,a@b,c\n") ==
        Lines{"2! has 1 values for 2 columns", "3! has 3 values for 2 columns"});
}

TEST_CASE("a CSV id is decimal digits, as in a URL") {
  CHECK(csv("name,id\nA,0\nB,1e3\nC,9223372036854775808\nD,+1\nE,42\n") ==
        Lines{"2! id: must be a whole number from 1 to 2^63-1",
              "3! id: must be a whole number from 1 to 2^63-1",
              "4! id: must be a whole number from 1 to 2^63-1",
              "5! id: must be a whole number from 1 to 2^63-1", "6: E id 42"});
}

TEST_CASE("a CSV value that is not UTF-8 is refused") {
  CHECK(csv("name\nA\xFF\n") == Lines{"2! name: is not valid UTF-8"});
}

TEST_CASE("a CSV file whose first line does not name the columns is refused as a whole") {
  CHECK(csv("") == Lines{"failed: line 1: is missing; it names the columns: " + fields});
  CHECK(csv("Ada,a@b\nBob,b@b\n") ==
        Lines{"failed: line 1: unknown column \"Ada\"; the columns are " + fields});
  CHECK(csv("name,name\n") == Lines{"failed: line 1: column name is given twice"});
  CHECK(csv("id,email\n") == Lines{"failed: line 1: column name is missing"});
}

TEST_CASE("an account's login is the username, and its full name, if it has one, the name") {
  CHECK(
      passwd("ada:x:1000:1000:Ada Lovelace,Room 1,,:/home/ada:/bin/sh\n"
             "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
             "bob:x:1001:1001::/home/bob:/bin/sh\n"
             "eve:x:1002:1002: ,,,:/home/eve:/bin/sh") ==
      Lines{"1: Ada Lovelace as ada", "2: www-data as www-data", "3: bob as bob", "4: eve as eve"});
}

TEST_CASE("a line that is no account is refused") {
  CHECK(passwd("# a comment\nada:x:1\n+::::::\n:x:1:1:A::\n") ==
        Lines{"1! has 1 fields; a line of passwd(5) has 7",
              "2! has 3 fields; a line of passwd(5) has 7", "3! names no account of this machine",
              "4! names no account of this machine"});
}
