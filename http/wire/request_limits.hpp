// How large a request may be.
#pragma once

#include <cstddef>

namespace rollcall::http {

/// A request over one of these is refused as soon as that is known, and its connection closed.
struct RequestLimits {
  std::size_t max_body_bytes = 65'536;
  std::size_t max_target_bytes = 24'576;
  std::size_t max_field_bytes = 8'192;  // name and value together
  std::size_t max_fields = 100;
  std::size_t max_head_bytes = 32'768;  // request line and fields together; also of the trailers
};

}  // namespace rollcall::http
