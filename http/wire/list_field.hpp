// Fields whose value is a list (RFC 9110 5.6.1).
#pragma once

#include <algorithm>
#include <string_view>

#include "http/wire/request.hpp"

namespace rollcall::http {

/// Calls back with each element of the list, without the white space around it.
template <class Callback>
void for_each_element(std::string_view list, Callback callback) {
  while (true) {
    const auto end = std::min(list.find(','), list.size());
    callback(trimmed(list.substr(0, end)));
    if (end == list.size()) return;
    list.remove_prefix(end + 1);
  }
}

/// Whether a connection persists behind a request, by the request's lines of Connection (RFC 9112
/// 9.3).
class Persistence {
 public:
  /// Takes note of one line's value.
  void note(std::string_view connection) {
    for_each_element(connection, [this](std::string_view option) {
      close_ = close_ || equal_ignoring_case(option, "close");
      keep_alive_ = keep_alive_ || equal_ignoring_case(option, "keep-alive");
    });
  }
  bool persists(bool http_1_0) const { return !close_ && (keep_alive_ || !http_1_0); }

 private:
  bool close_ = false;
  bool keep_alive_ = false;
};

}  // namespace rollcall::http
