// An open-loop load generator for HTTP/1.1: requests are due at even intervals whatever the server
// does, and a latency counts from when the request was due, not from when it could be sent.
//
// No request is skipped: one that finds no free connection waits for one, in order, and that wait
// is part of its latency. When the timer fires late, all requests that are due by then are sent at
// once. The output tells how late it fired (late_*), which shows a generator that is too slow
// itself. One thread, no busy waiting, one request under way on a connection. Prints one line of
// JSON. Latencies are those of 2xx answers, and of requests that are unanswered at the end, with
// their wait so far.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio.hpp>

#include "open_loop_http.hpp"

namespace open_loop {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

// One connection, with at most one request under way. An answer in one piece costs one read.
class Connection {
 public:
  // The connection reports to this: free for the next request, answered, or broken.
  struct Owner {
    virtual void free(Connection& connection) = 0;
    virtual void answered(std::uint64_t request, int status) = 0;
    virtual void broke(Connection& connection) = 0;
    virtual ~Owner() = default;
  };

  Connection(asio::io_context& loop, Owner& owner) : socket_(loop), owner_(owner) {}

  void connect(const tcp::endpoint& server) {
    socket_ = tcp::socket(socket_.get_executor());
    filled_ = to_skip_ = 0;
    socket_.async_connect(server, [this](std::error_code error) {
      if (error) return owner_.broke(*this);
      socket_.set_option(tcp::no_delay(true));
      socket_.non_blocking(true);
      owner_.free(*this);
    });
  }

  // A request is small and the socket's send buffer is empty: the write is complete, or the
  // connection is broken.
  void send(std::uint64_t request, const std::string& text) {
    busy_ = true;
    request_ = request;
    std::error_code error;
    if (socket_.write_some(asio::buffer(text), error) == text.size() && !error) return read();
    asio::post(socket_.get_executor(), [this] { owner_.broke(*this); });
  }

  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] std::uint64_t request() const { return request_; }
  void forget() { busy_ = false; }

 private:
  void read() {
    auto room = asio::buffer(buffer_.data() + filled_, buffer_.size() - filled_);
    socket_.async_read_some(room, [this](std::error_code error, std::size_t count) {
      if (error) return owner_.broke(*this);
      received(count);
    });
  }

  void received(std::size_t count) {
    if (to_skip_ > 0) {
      to_skip_ -= std::min(count, to_skip_);
    } else {
      filled_ += count;
      const Head head = read_head({buffer_.data(), filled_});
      if (head.end == 0) {
        if (filled_ == buffer_.size()) throw std::runtime_error("an answer's head is too long");
        return read();
      }
      status_ = head.status;
      to_skip_ = head.end - std::min(head.end, filled_);
      filled_ = 0;
    }
    if (to_skip_ > 0) return read();
    busy_ = false;
    owner_.answered(request_, status_);
    owner_.free(*this);
  }

  tcp::socket socket_;
  Owner& owner_;
  std::array<char, 16384> buffer_{};
  std::size_t filled_ = 0;
  std::size_t to_skip_ = 0;  // bytes of the answer that are still to come, once its head was read
  int status_ = 0;
  std::uint64_t request_ = 0;
  bool busy_ = false;
};

class Generator final : Connection::Owner {
 public:
  Generator(asio::io_context& loop, const Options& options)
      : loop_(loop),
        options_(options),
        requests_(options),
        timer_(loop),
        deadline_(loop),
        first_counted_(static_cast<std::uint64_t>(options.rate * options.warmup)),
        total_(first_counted_ + static_cast<std::uint64_t>(options.rate * options.seconds)) {
    const Target target = parse(options.url);
    server_ = tcp::resolver(loop).resolve(target.host, target.port)->endpoint();
    latencies_.reserve(total_ - first_counted_);
    lateness_.reserve(total_ - first_counted_);
  }

  void run() {
    Connection::Owner& owner = *this;
    for (std::size_t i = 0; i < options_.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(loop_, owner));
      connections_.back()->connect(server_);
    }
    start_ = Clock::now() + std::chrono::milliseconds(200);  // time to connect
    deadline_.expires_at(when(total_) + nanoseconds_of(options_.drain));
    deadline_.async_wait([this](std::error_code error) {
      if (!error) finish();
    });
    arm();
    loop_.run();
    print();
  }

 private:
  static nanoseconds nanoseconds_of(double seconds) {
    return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
  }

  [[nodiscard]] Clock::time_point when(std::uint64_t request) const {
    return start_ + nanoseconds_of(static_cast<double>(request) / options_.rate);
  }

  // While a connection is idle, the timer waits for the next due request. While all are busy,
  // nothing can be sent: then the timer only measures how late it fires, which distinguishes a slow
  // generator from a slow server.
  void arm() {
    waiting_ = idle_.empty();
    if (due_ == total_) return;
    timer_.expires_at(waiting_ ? Clock::now() + std::chrono::milliseconds(1) : when(due_));
    timer_.async_wait([this](std::error_code error) {
      if (error) return;
      lateness_.push_back(Clock::now() - timer_.expiry());
      dispatch();
      arm();
    });
  }

  void dispatch() {
    for (const auto now = Clock::now(); due_ < total_ && when(due_) <= now;) ++due_;
    while (sent_ < due_ && !idle_.empty()) {
      Connection& connection = *idle_.front();
      idle_.pop_front();
      connection.send(sent_++, requests_.next());
    }
    backlog_ = std::max(backlog_, due_ - sent_);
  }

  void free(Connection& connection) override {
    idle_.push_back(&connection);
    dispatch();
    if (waiting_ && !idle_.empty()) arm();
  }

  void answered(std::uint64_t request, int status) override {
    if (status >= 200 && status <= 299) {
      const auto now = Clock::now();
      if (request >= first_counted_) latencies_.push_back(now - when(request));
      if (now >= when(first_counted_) && now < when(total_)) ++in_time_;
    } else {
      ++errors_[std::to_string(status)];
    }
    if (++done_ == total_) finish();
  }

  // A request that was under way on it counts as an error and is not sent again.
  void broke(Connection& connection) override {
    if (++broken_ > 1000 + options_.connections) throw std::runtime_error("connections break");
    if (connection.busy()) {
      connection.forget();
      ++errors_["connection"];
      if (++done_ == total_) return finish();
    }
    connection.connect(server_);
  }

  void finish() {
    answered_ = latencies_.size();
    const auto now = Clock::now();
    const auto abandon = [&](std::uint64_t request) {
      if (request < first_counted_) return;
      ++unanswered_;
      latencies_.push_back(now - when(request));
    };
    for (const auto& connection : connections_) {
      if (connection->busy()) abandon(connection->request());
    }
    while (sent_ < total_) abandon(sent_++);
    loop_.stop();
  }

  void print() {
    std::printf("{\"offered\":%.1f,\"achieved\":%.1f,\"answers\":%zu,\"unanswered\":%ju",
                options_.rate, static_cast<double>(in_time_) / options_.seconds, answered_,
                static_cast<std::uintmax_t>(unanswered_));
    for (const auto& [name, share] : percentiles) {
      std::printf(",\"%s_ms\":%.4f", name, milliseconds_at(latencies_, share));
    }
    std::printf(",\"late_p50_ms\":%.4f,\"late_p99_ms\":%.4f,\"late_max_ms\":%.4f,\"backlog\":%ju",
                milliseconds_at(lateness_, 0.5), milliseconds_at(lateness_, 0.99),
                milliseconds_at(lateness_, 1), static_cast<std::uintmax_t>(backlog_));
    std::printf(",\"errors\":{");
    const char* comma = "";
    for (const auto& [what, count] : errors_) {
      std::printf("%s\"%s\":%ju", comma, what.c_str(), static_cast<std::uintmax_t>(count));
      comma = ",";
    }
    std::printf("}}\n");
  }

  // A sample, without interpolation; reorders the samples.
  static double milliseconds_at(std::vector<nanoseconds>& samples, double share) {
    if (samples.empty()) return 0;
    const auto count = static_cast<double>(samples.size());
    const auto rank = std::min(samples.size() - 1, static_cast<std::size_t>(share * count));
    const auto at = samples.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(samples.begin(), at, samples.end());
    return std::chrono::duration<double, std::milli>(*at).count();
  }

  static constexpr std::array<std::pair<const char*, double>, 5> percentiles{
      {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}}};

  asio::io_context& loop_;
  const Options& options_;
  Requests requests_;
  asio::steady_timer timer_, deadline_;
  tcp::endpoint server_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;
  Clock::time_point start_;
  std::uint64_t first_counted_, total_;          // requests: those before the first are warm-up
  std::uint64_t due_ = 0, sent_ = 0, done_ = 0;  // of all requests
  std::uint64_t backlog_ = 0, broken_ = 0, unanswered_ = 0;
  std::uint64_t in_time_ = 0;  // 2xx answers that came while the counted requests were due
  std::size_t answered_ = 0;
  bool waiting_ = false;  // for a free connection, not for the next due request
  std::vector<nanoseconds> latencies_, lateness_;
  std::map<std::string, std::uint64_t> errors_;
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
