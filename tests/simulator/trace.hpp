// A log of the steps of a simulation, for a replay.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rollcall::simulator {

/// Keeps nothing unless it is on. For one thread.
class Trace {
 public:
  explicit Trace(bool on) : on_(on) {}

  bool on() const { return on_; }
  /// `text` is a callable that returns the line; it is called only where the trace is on.
  template <class Text>
  void note(Text text) {
    if (on_) lines_.push_back(stamp_ + text());
  }
  /// The beginning of each further line.
  void set_stamp(std::string stamp) { stamp_ = std::move(stamp); }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  bool on_;
  std::string stamp_{};
  std::vector<std::string> lines_{};
};

}  // namespace rollcall::simulator
