// Idempotency-Key, and what distinguishes two requests with one key.
#include "http/wire/idempotency_key.hpp"
#include "http/api/kept_response.hpp"
#include "http/api/user_response.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http/request.hpp"
#include "tests/support/sample_users.hpp"

namespace rollcall::tests {
namespace {

using http::Method;

MadeRequest& creating(MadeRequest& request) {
  return request.with("Content-Type", "application/json").body(R"({"name":"Ada"})");
}

bool accepted(const std::string& value) {
  MadeRequest request(Method::post, "/users");
  const auto key = http::idempotency_key_of(request.with("Idempotency-Key", value).get());
  if (!key) {
    CHECK(key.error().type == http::ProblemType::invalid_parameter);
    CHECK(key.error().detail.starts_with("Idempotency-Key: "));
    return false;
  }
  CHECK(*key == value);
  return true;
}

TEST_CASE("an idempotency key has 1 to 255 visible ASCII characters, and is taken as it is") {
  CHECK(accepted("k"));
  CHECK(accepted("\"8e03978e-40d5-43dd-bc93-6894a57f9324\""));
  CHECK(accepted("!~,;=%41"));
  CHECK(accepted(std::string(255, 'x')));
  CHECK_FALSE(accepted(""));
  CHECK_FALSE(accepted(std::string(256, 'x')));
  CHECK_FALSE(accepted("a b"));
  CHECK_FALSE(accepted("a\tb"));
  CHECK_FALSE(accepted("\xc3\xa9"));
  CHECK_FALSE(accepted("a\x7f"));
}

TEST_CASE("a request without an idempotency key has none, and one with two lines is refused") {
  MadeRequest none(Method::post, "/users");
  CHECK(http::idempotency_key_of(none.get()).value() == std::nullopt);
  MadeRequest two(Method::post, "/users");
  two.with("Idempotency-Key", "k").with("idempotency-key", "k");
  CHECK_FALSE(http::idempotency_key_of(two.get()).has_value());
  MadeRequest padded(Method::post, "/users");
  CHECK(http::idempotency_key_of(padded.with("IDEMPOTENCY-KEY", " k\t").get()).value() == "k");
}

// Computed by sha256sum. Other versions of the program must find the answers that this one keeps.
TEST_CASE("the fingerprint is a SHA-256 of method, target, media type, preference and body") {
  MadeRequest request(Method::post, "/users");
  CHECK(http::fingerprint_of(creating(request).get()) ==
        "a697dc80145fc2aab254b298d68ce4b45de0110b29965adb0616e1326b6da33f");
  CHECK(http::fingerprint_of(request.with("Prefer", "return=minimal").get()) ==
        "afe6c2ddfab39be60e15a86a25afefd139f4caf8af011a0ec91315429b6d792b");
}

TEST_CASE("requests that may be answered in different ways have different fingerprints") {
  std::vector<std::string> seen;
  const auto is_new = [&](MadeRequest& request) {
    const auto print = http::fingerprint_of(request.get());
    const bool known = std::find(seen.begin(), seen.end(), print) != seen.end();
    seen.push_back(print);
    return !known;
  };
  MadeRequest first(Method::post, "/users");
  CHECK(is_new(creating(first)));
  MadeRequest put(Method::put, "/users");
  CHECK(is_new(creating(put)));
  MadeRequest target(Method::post, "/users/batch");
  CHECK(is_new(creating(target)));
  MadeRequest query(Method::post, "/users?a=b");
  CHECK(is_new(creating(query)));
  MadeRequest type(Method::post, "/users");
  CHECK(is_new(type.with("Content-Type", "application/x-ndjson").body(R"({"name":"Ada"})")));
  MadeRequest body(Method::post, "/users");
  CHECK(is_new(creating(body).body(R"({"name":"Ada" })")));
  MadeRequest minimal(Method::post, "/users");
  CHECK(is_new(creating(minimal).with("Prefer", "return=minimal")));
  MadeRequest stated(Method::post, "/users");
  CHECK(is_new(creating(stated).with("Prefer", "return=representation")));
}

TEST_CASE("what does not change the answer does not change the fingerprint") {
  MadeRequest plain(Method::post, "/users");
  const auto print = http::fingerprint_of(creating(plain).get());
  MadeRequest other(Method::post, "http://other.example.org/users?");
  other.with("Content-Type", "APPLICATION/JSON ; charset=utf-8")
      .with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
      .with("Prefer", "respond-async")
      .with("Request-Timeout", "1")
      .body(R"({"name":"Ada"})");
  CHECK(http::fingerprint_of(other.get()) == print);
}

TEST_CASE("a kept answer has the lines and the body of the response that was sent without a key") {
  const auto preference =
      GENERATE(as<std::string>{}, "", "return=minimal", "return=representation");
  MadeRequest request(Method::post, "/users");
  creating(request).with("Prefer", preference);
  const std::string base = GENERATE(as<std::string>{}, "", "https://users.example.org/api");
  const auto key = http::request_key(request.get(), "k", http::Links(base));
  CHECK(key->caller.empty());
  CHECK(key->key == "k");
  CHECK(key->fingerprint == http::fingerprint_of(request.get()));
  const auto user = std::make_shared<const User>(
      User{user_id(7), user_name("Ada"), std::nullopt, 1, at_ms(5), at_ms(5)});
  const auto preferred = http::preferred_return(request.get());
  const auto plain = http::change_response(user, true, preferred, http::Links(base));
  const auto answer = key->answer(user);
  CHECK(answer.user == user_id(7));
  const auto first = http::kept_response(answer, false);
  const auto again = http::kept_response(answer, true);
  const std::string type = plain.content_type.empty() ? "" : "Content-Type: application/json\r\n";
  CHECK(first.status == 201);
  CHECK(first.fields == type + plain.fields);
  CHECK(first.body == plain.body);
  CHECK(again.status == first.status);
  CHECK(again.fields == first.fields + "Idempotency-Replayed: true\r\n");
  CHECK(again.body == first.body);
}

}  // namespace
}  // namespace rollcall::tests
