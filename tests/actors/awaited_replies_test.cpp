// The ids of requests, and which reply finds its callback.
#include "actors/runtime/awaited_replies.hpp"

#include <string>
#include <vector>

#include <caf/make_message.hpp>

#include "tests/support/catch.hpp"

namespace rollcall::actors {
namespace {

struct Asking {
  explicit Asking(std::uint64_t uses = 0) : awaited(uses) {}

  caf::message_id ask(int number) {
    return awaited.add<int>([this, number](int) { replied.push_back(number); },
                            [this, number](const caf::error&) { failed.push_back(number); });
  }
  bool reply(caf::message_id id) {
    auto content = caf::make_message(1);
    return awaited.take(id.response_id(), content.content());
  }

  AwaitedReplies awaited;
  std::vector<int> replied{};
  std::vector<int> failed{};
};

TEST_CASE("each reply finds its request, in any order, and only once") {
  Asking asking;
  const auto first = asking.ask(1);
  const auto second = asking.ask(2);
  CHECK(asking.reply(second));
  CHECK(asking.reply(first));
  CHECK(asking.replied == std::vector<int>{2, 1});
  CHECK_FALSE(asking.reply(first));
  // The place is used again, with another id.
  const auto third = asking.ask(3);
  CHECK_FALSE(asking.reply(first));
  CHECK_FALSE(asking.reply(second));
  CHECK(asking.reply(third));
  CHECK(asking.replied.size() == 3);
}

TEST_CASE("requests are answered after the ids have been used up, too") {
  Asking asking((std::uint64_t{1} << 36U) - 3);
  for (int i = 0; i < 8; ++i) {
    const auto id = asking.ask(i);
    CHECK(id.is_request());
    CHECK(id.category() == caf::message_id::normal_message_category);
    CHECK(asking.reply(id));
  }
  CHECK(asking.replied.size() == 8);
}

TEST_CASE("a reply of another type, or an error, fails the request") {
  Asking asking;
  auto wrong = caf::make_message(std::string("text"));
  CHECK(asking.awaited.take(asking.ask(1).response_id(), wrong.content()));
  auto error = caf::make_message(caf::make_error(caf::sec::request_receiver_down));
  CHECK(asking.awaited.take(asking.ask(2).response_id(), error.content()));
  CHECK(asking.failed == std::vector<int>{1, 2});
}

TEST_CASE("nothing is called for requests that were given up") {
  Asking asking;
  const auto id = asking.ask(1);
  asking.awaited.clear();
  CHECK_FALSE(asking.reply(id));
  CHECK(asking.replied.empty());
}

}  // namespace
}  // namespace rollcall::actors
