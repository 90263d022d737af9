// What happened in a simulation, line by line, for a replay.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rollcall::simulator {

/// Keeps nothing unless it is on: a run for a check needs no lines. One thread.
class Trace {
 public:
  explicit Trace(bool on) : on_(on) {}

  bool on() const { return on_; }
  /// `text` is a callable that gives the line; it runs only where the trace is on.
  template <class Text>
  void note(Text text) {
    if (on_) lines_.push_back(stamp_ + text());
  }
  /// What each further line begins with.
  void set_stamp(std::string stamp) { stamp_ = std::move(stamp); }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  bool on_;
  std::string stamp_{};
  std::vector<std::string> lines_{};
};

}  // namespace rollcall::simulator
