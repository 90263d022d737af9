// A request, as one of several parsers saw it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/wire/request.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct SeenRequest {
  std::string method{};
  std::string target{};
  bool http_1_0 = false;
  Fields fields{};  // values without the white space around them
  std::string body{};
  Fields trailers{};
  bool keep_alive = true;
  bool expects_continue = false;
  std::size_t end = 0;  // counted from the first byte of the connection

  bool operator==(const SeenRequest&) const = default;
};

inline std::string shown(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) out += "[" + name + "=" + value + "]";
  return out;
}

inline std::string shown(const SeenRequest& request) {
  return request.method + " " + request.target + (request.http_1_0 ? " 1.0 " : " 1.1 ") +
         shown(request.fields) + " body " + request.body + " trailers " + shown(request.trailers) +
         (request.keep_alive ? " keep-alive" : " close") +
         (request.expects_continue ? " expects" : "") + " end " + std::to_string(request.end);
}

}  // namespace rollcall::fuzz
