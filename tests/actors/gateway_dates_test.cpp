// When a gateway sends Last-Modified, in virtual time.
#include "domain/errors.hpp"
#include "tests/support/actors/edge.hpp"

namespace rollcall::tests {
namespace {

using std::chrono::milliseconds;

// A user that was changed at the present time of the world.
UserRef changed_now(Edge& edge) {
  auto changed = *user(42, 3);
  changed.updated_at = edge.world.clock().wall_now();
  return std::make_shared<const User>(changed);
}

std::string fields_of_read(Edge& edge, const actors::FoundUser& found) {
  const auto answered = edge.read(42);
  edge.reply(edge.script->finds, actors::FindUserReply{found});
  CHECK(answered->response.status == 200);
  return tests::fields_of(answered->response);
}

bool has_date(const std::string& fields) {
  return fields.find("Last-Modified: ") != std::string::npos;
}

TEST_CASE("a read has Last-Modified once the second of the change has ended, not before") {
  Edge edge;
  const bool cached = GENERATE(false, true);
  edge.world.advance(milliseconds{GENERATE(0, 300)});
  const auto start = edge.world.clock().wall_now();
  const auto second = std::chrono::floor<std::chrono::seconds>(start);
  const actors::FoundUser found{changed_now(edge), std::nullopt, cached};
  CHECK_FALSE(has_date(fields_of_read(edge, found)));
  edge.world.advance(second + milliseconds{999} - start);
  CHECK_FALSE(has_date(fields_of_read(edge, found)));
  edge.world.advance(milliseconds{1});
  const std::string line = "\r\nLast-Modified: Tue, 14 Nov 2023 23:13:21 GMT\r\n";
  CHECK(fields_of_read(edge, found).find(line) != std::string::npos);
  edge.world.advance(milliseconds{1});
  CHECK(fields_of_read(edge, found).find(line) != std::string::npos);
}

TEST_CASE("a user that is served stale has the beginning of its second as Last-Modified") {
  Edge edge;
  const actors::FoundUser found{changed_now(edge), std::chrono::seconds{7}};
  edge.world.advance(std::chrono::hours{1});
  const std::string line = "\r\nLast-Modified: Tue, 14 Nov 2023 23:13:20 GMT\r\n";
  CHECK(fields_of_read(edge, found).find(line) != std::string::npos);
}

TEST_CASE("a cached user that has changed again has no Last-Modified until that second has ended") {
  Edge edge;
  const auto first = changed_now(edge);
  edge.world.advance(std::chrono::seconds{2});
  CHECK(has_date(fields_of_read(edge, {first, std::nullopt, true})));
  CHECK_FALSE(has_date(fields_of_read(edge, {changed_now(edge), std::nullopt, true})));
}

TEST_CASE("a read is answered 304 or 412 by its date") {
  Edge edge;
  const auto found = changed_now(edge);
  const SinceDate same{std::chrono::floor<std::chrono::seconds>(found->updated_at)};
  const SinceDate next{same.second + std::chrono::seconds{1}};
  const auto known = edge.read(42, {.if_modified_since = next});
  edge.reply(edge.script->finds, actors::FindUserReply{{found}});
  CHECK(known->response.status == 304);
  const auto refused = edge.read(42, {.if_unmodified_since = same});
  edge.reply(edge.script->finds, actors::FindUserReply{{found}});
  CHECK(refused->slug() == "precondition-failed");
  const auto missing = edge.read(42, {.if_unmodified_since = same});
  edge.reply(edge.script->finds, actors::FindUserReply{tl::unexpected(user_not_found())});
  CHECK(missing->slug() == "user-not-found");
}

TEST_CASE("a write has no Last-Modified, however late it is answered") {
  Edge edge;
  for (const auto& change : {Change(creating()), Change(renaming(42))}) {
    const auto answered = edge.serve(change);
    const auto written = changed_now(edge);
    edge.world.advance(milliseconds{1'000});
    edge.reply(edge.script->writes, actors::WriteUserReply{written});
    CHECK(answered->response.status / 100 == 2);
    CHECK_FALSE(has_date(tests::fields_of(answered->response)));
  }
}

}  // namespace
}  // namespace rollcall::tests
