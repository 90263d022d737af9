// Changes as server-sent events.
#include "http/api/event_text.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

namespace rollcall::tests {

TEST_CASE("an event has the seq as its id, the kind as its type, and the change as its data") {
  std::string text;
  const LoggedChange change{12, UserId::from(7).value(), 3, ChangeKind::updated,
                            Timestamp{std::chrono::milliseconds{1'000}}};
  http::append_event(text, change);
  CHECK(text ==
        "id: 12\nevent: updated\n"
        R"(data: {"seq":12,"user":7,"version":3,"kind":"updated",)"
        R"("at":"1970-01-01T00:00:01.000Z","by":null})"
        "\n\n");
}

TEST_CASE("a change whose text has line breaks is one line of data") {
  std::string text;
  LoggedChange change{1, UserId::from(1).value(), 1, ChangeKind::deleted, Timestamp{}};
  change.by = "a\nb\r\nc";
  http::append_event(text, change);
  CHECK(text.find(R"("by":"a\nb\r\nc"})") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
  CHECK(std::count(text.begin(), text.end(), '\r') == 0);
}

TEST_CASE("a position is a comment and an id, which dispatch no event") {
  CHECK(http::position_text(41) == ":\nid: 41\n\n");
}

}  // namespace rollcall::tests
