// What became of the requests that the open-loop generator counts. Each of them is one of: good,
// overdue (a 2xx that came too late), an error (another status, or a broken connection), unanswered
// at the end, unsent.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace open_loop {

using std::chrono::nanoseconds;

class Tally {
 public:
  // A 2xx is good within this time. `expected` counted requests are to come.
  Tally(nanoseconds within, std::size_t expected) : within_(within) {
    latencies_.reserve(expected);
    good_.reserve(expected);
    lateness_.reserve(expected);
  }

  void sent() { ++sent_; }
  void answered(int status, nanoseconds latency) {
    if (status < 200 || status > 299) return failed(std::to_string(status));
    latencies_.push_back(latency);
    ++answers_;
    if (latency <= within_) good_.push_back(latency);
  }
  void failed(const std::string& what) { ++errors_[what]; }
  void unanswered(nanoseconds waited) {
    ++unanswered_;
    latencies_.push_back(waited);
  }
  // `busy`: since all connections were, not since the generator was slow.
  void unsent(bool busy) { ++(busy ? unsent_busy_ : unsent_slow_); }

  // How late the generator's timer was.
  void timer_was_late(nanoseconds by) { lateness_.push_back(by); }

  // Adds to a line of JSON that has begun.
  void print() {
    count("sent", sent_);
    count("answers", answers_);
    count("good", good_.size());
    count("overdue", answers_ - good_.size());
    count("unanswered", unanswered_);
    count("unsent_busy", unsent_busy_);
    count("unsent_slow", unsent_slow_);
    for (const auto& [name, share] : percentiles) milliseconds(name, latencies_, share);
    milliseconds("good_p50", good_, 0.5);
    milliseconds("good_p99", good_, 0.99);
    milliseconds("late_p50", lateness_, 0.5);
    milliseconds("late_p99", lateness_, 0.99);
    milliseconds("late_max", lateness_, 1);
    std::printf(",\"errors\":{");
    const char* comma = "";
    for (const auto& [what, number] : errors_) {
      std::printf("%s\"%s\":%ju", comma, what.c_str(), static_cast<std::uintmax_t>(number));
      comma = ",";
    }
    std::printf("}");
  }

 private:
  static void count(const char* name, std::uint64_t number) {
    std::printf(",\"%s\":%ju", name, static_cast<std::uintmax_t>(number));
  }

  // A sample, without interpolation; reorders the samples.
  static void milliseconds(const char* name, std::vector<nanoseconds>& samples, double share) {
    double value = 0;
    if (!samples.empty()) {
      const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples.size()));
      const auto at =
          samples.begin() + static_cast<std::ptrdiff_t>(std::min(samples.size() - 1, rank));
      std::nth_element(samples.begin(), at, samples.end());
      value = std::chrono::duration<double, std::milli>(*at).count();
    }
    std::printf(",\"%s_ms\":%.4f", name, value);
  }

  static constexpr std::array<std::pair<const char*, double>, 5> percentiles{
      {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}}};

  nanoseconds within_;
  std::vector<nanoseconds> latencies_, good_, lateness_;
  std::uint64_t sent_ = 0, answers_ = 0, unanswered_ = 0, unsent_busy_ = 0, unsent_slow_ = 0;
  std::map<std::string, std::uint64_t> errors_;
};

}  // namespace open_loop
