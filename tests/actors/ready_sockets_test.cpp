// How a loop is notified that one of its sockets has something to read.
#include "actors/runtime/ready_sockets.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <asio/executor_work_guard.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/network/descriptor.hpp"

namespace rollcall::actors {
namespace {

using Work = asio::executor_work_guard<asio::io_context::executor_type>;

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    near = tests::Descriptor(ends[0]);
    far = tests::Descriptor(ends[1]);
    std::error_code failed;
    token = ready.watch(near.get(), failed);
    REQUIRE_FALSE(failed);
  }

  void say(const std::string& text) const {
    REQUIRE(::write(far.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  /// Reads all that is there, and says so.
  std::string read_all() {
    std::string text(64, '\0');
    const auto size = ::read(near.get(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    ready.drained(token);
    return text;
  }
  void wait() {
    ready.when_ready(token, [this](bool aborted) { calls.emplace_back(aborted ? "no" : "yes"); });
  }
  void settle() {
    do {
      io.restart();
    } while (io.poll() > 0);
  }

  asio::io_context io{1};
  Work work{io.get_executor()};
  ReadySockets& ready = asio::use_service<ReadySockets>(io);
  tests::Descriptor near{};
  tests::Descriptor far{};
  ReadySockets::Token token = 0;
  std::vector<std::string> calls{};
};

const std::vector<std::string> nothing{};
const std::vector<std::string> once{"yes"};
const std::vector<std::string> twice{"yes", "yes"};

TEST_CASE("a waiter is called once when there is something to read, and not before") {
  Pair pair;
  pair.wait();
  pair.settle();
  CHECK(pair.calls == nothing);
  pair.say("one");
  pair.settle();
  pair.say("two");
  pair.settle();
  CHECK(pair.calls == once);
}

TEST_CASE("data that arrived before the wait is reported, from the loop") {
  Pair pair;
  pair.say("early");
  pair.settle();
  pair.wait();
  CHECK(pair.calls == nothing);
  pair.settle();
  CHECK(pair.calls == once);
}

TEST_CASE("a drained socket is reported again when more data has arrived, and not before") {
  Pair pair;
  pair.say("one");
  pair.wait();
  pair.settle();
  CHECK(pair.read_all() == "one");
  pair.wait();
  pair.settle();
  CHECK(pair.calls == once);
  pair.say("two");
  pair.settle();
  CHECK(pair.calls == twice);
}

TEST_CASE("a socket that was not drained stays ready") {
  Pair pair;
  pair.say("one");
  pair.wait();
  pair.settle();
  pair.wait();
  pair.settle();
  CHECK(pair.calls == twice);
}

TEST_CASE("the end of a stream that arrived with the last bytes is not missed") {
  Pair pair;
  pair.say("last");
  REQUIRE(::shutdown(pair.far.get(), SHUT_WR) == 0);
  pair.wait();
  pair.settle();
  CHECK(pair.read_all() == "last");
  pair.wait();
  pair.settle();
  CHECK(pair.calls == twice);
}

TEST_CASE("a waiter is called when its wait is cancelled, and not for data that arrives later") {
  Pair pair;
  pair.wait();
  const bool unwatch = GENERATE(false, true);
  if (unwatch) pair.ready.unwatch(pair.token);
  if (!unwatch) pair.ready.abort(pair.token);
  CHECK(pair.calls == nothing);
  pair.say("late");
  pair.settle();
  CHECK(pair.calls == std::vector<std::string>{"no"});
}

TEST_CASE("each of many sockets is reported") {
  asio::io_context io{1};
  const Work work{io.get_executor()};
  auto& ready = asio::use_service<ReadySockets>(io);
  constexpr int count = 300;  // more than one call of the kernel reports
  std::vector<tests::Descriptor> ends;
  int calls = 0;
  for (int i = 0; i < count; ++i) {
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    ends.emplace_back(pair[0]);
    ends.emplace_back(pair[1]);
    std::error_code failed;
    ready.when_ready(ready.watch(pair[0], failed), [&calls](bool) { ++calls; });
    REQUIRE(::write(pair[1], "x", 1) == 1);
  }
  while (calls < count && io.poll() > 0) io.restart();
  CHECK(calls == count);
}

// As a client that takes nothing.
void fill(const Pair& pair) {
  const std::string piece(65'536, 'x');
  while (::write(pair.near.get(), piece.data(), piece.size()) > 0) {
  }
}

TEST_CASE("a writer is called once when the full socket has room again, and not before") {
  Pair pair;
  fill(pair);
  pair.settle();
  int calls = 0;
  pair.ready.when_writable(pair.token, [&calls](bool aborted) { calls += aborted ? 100 : 1; });
  pair.settle();
  CHECK(calls == 0);
  std::string taken(1'000'000, '\0');
  REQUIRE(::read(pair.far.get(), taken.data(), taken.size()) > 0);
  pair.settle();
  CHECK(calls == 1);
  fill(pair);
  REQUIRE(::read(pair.far.get(), taken.data(), taken.size()) > 0);
  pair.settle();
  CHECK(calls == 1);
}

TEST_CASE("a reader and a writer may wait for one socket, and neither is called for the other") {
  Pair pair;
  fill(pair);
  pair.settle();
  int written = 0;
  pair.ready.when_writable(pair.token, [&written](bool) { ++written; });
  pair.wait();
  pair.say("one");
  pair.settle();
  CHECK(pair.calls == once);
  CHECK(written == 0);
}

TEST_CASE("a writer is called when the peer has gone, now and later") {
  Pair pair;
  fill(pair);
  pair.settle();
  int calls = 0;
  pair.ready.when_writable(pair.token, [&calls](bool) { ++calls; });
  pair.far.close();
  pair.settle();
  CHECK(calls == 1);
  pair.ready.when_writable(pair.token, [&calls](bool) { ++calls; });
  pair.settle();
  CHECK(calls == 2);
}

TEST_CASE("a socket that has the number of a closed one stays watched when that one is unwatched") {
  Pair pair;
  const int number = pair.near.get();
  pair.near.close();
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  REQUIRE(ends[0] == number);
  const tests::Descriptor other(ends[0]);
  const tests::Descriptor other_end(ends[1]);
  std::error_code failed;
  const auto token = pair.ready.watch(other.get(), failed);
  REQUIRE_FALSE(failed);
  int calls = 0;
  pair.ready.when_ready(token, [&calls](bool) { ++calls; });
  pair.ready.unwatch(pair.token);
  REQUIRE(::write(other_end.get(), "x", 1) == 1);
  pair.settle();
  CHECK(calls == 1);
}

TEST_CASE("a writer is told that it is cancelled when the reader of the same event unwatches") {
  Pair pair;
  fill(pair);
  pair.settle();
  std::vector<std::string> calls;
  pair.ready.when_ready(pair.token, [&](bool) {
    calls.emplace_back("reader");
    pair.ready.unwatch(pair.token);
  });
  pair.ready.when_writable(
      pair.token, [&](bool aborted) { calls.emplace_back(aborted ? "cancelled" : "writer"); });
  pair.far.close();
  pair.settle();
  CHECK(calls == std::vector<std::string>{"reader", "cancelled"});
}

TEST_CASE("room in a socket wakes the loop only if a writer waits for it") {
  Pair pair;
  pair.settle();
  std::string taken(64, '\0');
  REQUIRE(::write(pair.near.get(), "x", 1) == 1);
  REQUIRE(::read(pair.far.get(), taken.data(), taken.size()) == 1);
  pair.io.restart();
  CHECK(pair.io.poll() == 0);
}

TEST_CASE("a writer is called when its wait is cancelled") {
  Pair pair;
  fill(pair);
  pair.settle();
  bool called_aborted = false;
  pair.ready.when_writable(pair.token, [&](bool aborted) { called_aborted = aborted; });
  pair.ready.unwatch(pair.token);
  pair.settle();
  CHECK(called_aborted);
}

TEST_CASE("a waiter that is pending when the loop ends is destroyed, not called") {
  const auto owned = std::make_shared<int>(1);
  bool called = false;
  {
    Pair pair;
    pair.ready.when_ready(pair.token, [owned, &called](bool) { called = true; });
    CHECK(owned.use_count() == 2);
  }
  CHECK(owned.use_count() == 1);
  CHECK_FALSE(called);
}

}  // namespace
}  // namespace rollcall::actors
