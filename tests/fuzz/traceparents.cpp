// The field traceparent (W3C Trace Context, level 1).
#include <string>

#include "http/wire/trace.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {

void check(std::string_view input) {
  using http::trace_id_of;
  const auto id = trace_id_of(input);
  if (id.empty()) return;
  require(id.size() == 32 && id.data() == input.data() + 3, "the id is a part of the field",
          {input});
  require(id.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
              id.find_first_not_of('0') != std::string_view::npos,
          "an id is 32 hexadecimal digits, not all zero", {input});
  const auto version_0 = "00" + std::string(input.substr(2, 53));
  require(trace_id_of(version_0) == id, "a later version begins as version 0", {input});
  require(input.starts_with("00") ? input == version_0 : true, "version 0 has one length", {input});
  require(
      trace_id_of(version_0 + "-").empty() && trace_id_of("cc" + version_0.substr(2) + "-x") == id,
      "only a later version may be longer", {input});
  require(trace_id_of("ff" + version_0.substr(2)).empty(), "there is no version ff", {input});
}

}  // namespace rollcall::fuzz
