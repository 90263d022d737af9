// An open-loop load generator for HTTP/1.1: requests are due at even intervals whatever the server
// does, and a latency counts from when the request was due, not from when it could be sent.
//
// A request that finds no free connection waits for one, in order, and that wait is part of its
// latency. None is skipped, unless --patience limits that wait. When the timer fires late, all
// requests that are due by then are sent at once. The output tells how late it fired (late_*),
// which shows a generator that is too slow itself. One thread, no busy waiting, one request under
// way on a connection; a connection that breaks is replaced. Prints one line of JSON. Only requests
// after the warm-up count. Latencies are those of 2xx answers, and of requests that are unanswered
// at the end, with their wait so far.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <deque>
#include <exception>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio.hpp>

#include "open_loop_connection.hpp"
#include "open_loop_http.hpp"
#include "open_loop_tally.hpp"

namespace open_loop {
namespace {

using Clock = std::chrono::steady_clock;

nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
}

// 0 stands for no limit.
nanoseconds limit_of(double seconds) {
  return seconds > 0 ? nanoseconds_of(seconds) : nanoseconds::max();
}

class Generator final : Connection::Owner {
 public:
  Generator(asio::io_context& loop, const Options& options)
      : loop_(loop),
        options_(options),
        requests_(options),
        timer_(loop),
        deadline_(loop),
        patience_(limit_of(options.patience)),
        first_counted_(static_cast<std::uint64_t>(options.rate * options.warmup)),
        total_(first_counted_ + static_cast<std::uint64_t>(options.rate * options.seconds)),
        tally_(limit_of(options.within), total_ - first_counted_) {
    const Target target = parse(options.url);
    server_ = asio::ip::tcp::resolver(loop).resolve(target.host, target.port)->endpoint();
  }

  void run() {
    Connection::Owner& owner = *this;
    for (std::size_t i = 0; i < options_.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(loop_, owner));
      connections_.back()->connect(server_);
    }
    // Time to connect: 200 ms, and as much for each 2,000 connections.
    start_ = Clock::now() + std::chrono::milliseconds(200 + options_.connections / 10);
    deadline_.expires_at(when(total_) + nanoseconds_of(options_.drain));
    deadline_.async_wait([this](std::error_code error) {
      if (!error) finish();
    });
    arm();
    loop_.run();
    print();
  }

 private:
  [[nodiscard]] Clock::time_point when(std::uint64_t request) const {
    return start_ + nanoseconds_of(static_cast<double>(request) / options_.rate);
  }
  [[nodiscard]] bool counts(std::uint64_t request) const { return request >= first_counted_; }

  // While a connection is idle, the timer waits for the next due request. While all are busy,
  // nothing can be sent: then the timer only measures how late it fires, which distinguishes a slow
  // generator from a slow server.
  void arm() {
    waiting_ = idle_.empty();
    if (due_ == total_) return;
    timer_.expires_at(waiting_ ? Clock::now() + std::chrono::milliseconds(1) : when(due_));
    timer_.async_wait([this](std::error_code error) {
      if (error) return;
      if (counts(due_)) tally_.timer_was_late(Clock::now() - timer_.expiry());
      dispatch();
      arm();
    });
  }

  void dispatch() {
    const auto now = Clock::now();
    while (due_ < total_ && when(due_) <= now) ++due_;
    if (due_ > first_counted_ && cpu_from_ < 0) cpu_from_ = std::clock();
    if (due_ == total_ && cpu_to_ < 0) cpu_to_ = std::clock();
    while (next_ < due_) {
      if (now - when(next_) > patience_) {
        skip(next_++);
      } else if (idle_.empty()) {
        break;
      } else {
        send(*idle_.front(), next_++);
      }
    }
    backlog_ = std::max(backlog_, due_ - next_);
  }

  void send(Connection& connection, std::uint64_t request) {
    idle_.pop_front();
    if (counts(request)) tally_.sent();
    connection.send(request, requests_.next());
  }

  // More than one idle connection: then it was not for want of one.
  void skip(std::uint64_t request) {
    if (counts(request)) tally_.unsent(idle_.size() <= 1);
    if (++done_ == total_) finish();
  }

  void free(Connection& connection) override {
    idle_.push_back(&connection);
    dispatch();
    if (waiting_ && !idle_.empty()) arm();
  }

  void answered(std::uint64_t request, int status) override {
    const auto now = Clock::now();
    if (counts(request)) tally_.answered(status, now - when(request));
    const bool good = status >= 200 && status <= 299;
    if (good && now >= when(first_counted_) && now < when(total_)) ++in_time_;
    if (++done_ == total_) finish();
  }

  // A request that was under way on it counts as an error and is not sent again.
  void broke(Connection& connection) override {
    const bool may_go_on = options_.patience > 0 || ++broken_ <= 1000 + options_.connections;
    if (!may_go_on) throw std::runtime_error("connections break");
    if (connection.busy()) {
      connection.forget();
      if (counts(connection.request())) tally_.failed("connection");
      if (++done_ == total_) return finish();
    }
    connection.connect_again();
  }

  void finish() {
    const auto now = Clock::now();
    const auto abandon = [&](std::uint64_t request) {
      if (counts(request)) tally_.unanswered(now - when(request));
    };
    for (const auto& connection : connections_) {
      if (connection->busy()) abandon(connection->request());
    }
    for (; next_ < total_; ++next_) {
      if (options_.patience > 0) {
        if (counts(next_)) tally_.unsent(idle_.empty());
      } else {
        abandon(next_);
      }
    }
    loop_.stop();
  }

  // `from` is when the counted requests began, on the monotonic clock of the system; `cpu` the
  // share of a core that the generator used until the last was due.
  void print() {
    const std::chrono::duration<double> from = when(first_counted_).time_since_epoch();
    const double cpu = static_cast<double>(cpu_to_ - cpu_from_) / CLOCKS_PER_SEC;
    std::printf("{\"offered\":%.1f,\"achieved\":%.1f,\"from\":%.6f,\"cpu\":%.3f", options_.rate,
                static_cast<double>(in_time_) / options_.seconds, from.count(),
                cpu / options_.seconds);
    std::printf(",\"counted\":%ju,\"backlog\":%ju",
                static_cast<std::uintmax_t>(total_ - first_counted_),
                static_cast<std::uintmax_t>(backlog_));
    tally_.print();
    std::printf("}\n");
  }

  asio::io_context& loop_;
  const Options& options_;
  Requests requests_;
  asio::steady_timer timer_, deadline_;
  asio::ip::tcp::endpoint server_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;
  Clock::time_point start_;
  nanoseconds patience_;
  std::uint64_t first_counted_, total_;          // requests: those before the first are warm-up
  std::uint64_t due_ = 0, next_ = 0, done_ = 0;  // of all requests; `next_` is the next to be sent
  std::uint64_t backlog_ = 0, broken_ = 0;
  std::uint64_t in_time_ = 0;  // 2xx answers that came while the counted requests were due
  std::clock_t cpu_from_ = -1, cpu_to_ = -1;
  bool waiting_ = false;  // for a free connection, not for the next due request
  Tally tally_;
};

}  // namespace
}  // namespace open_loop

int main(int argc, char** argv) {
  CLI::App app("An open-loop HTTP load generator: evenly spaced, latency from the due time");
  open_loop::Options options;
  app.add_option("url", options.url, "http://host:port/path")->required();
  app.add_option("--rate", options.rate, "requests due in a second")->check(CLI::Range(1.0, 1e7));
  app.add_option("--seconds", options.seconds, "how long")->check(CLI::Range(0.1, 3600.0));
  app.add_option("--warmup", options.warmup, "seconds before, at the same rate, not counted");
  app.add_option("--drain", options.drain, "seconds to wait for the last answers");
  app.add_option("--within", options.within, "seconds after which a 2xx is not good; 0: never");
  app.add_option("--patience", options.patience,
                 "seconds after which a request without a connection is not sent; 0: never");
  app.add_option("--connections", options.connections, "kept alive")->check(CLI::Range(1, 60000));
  app.add_option("--ids", options.ids, "puts a random id of 1..IDS behind the path");
  app.add_flag("--create", options.create, "POST users instead of GET");
  CLI11_PARSE(app, argc, argv);
  try {
    asio::io_context loop(1);
    open_loop::Generator(loop, options).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "open_loop: %s\n", error.what());
    return 1;
  }
}
