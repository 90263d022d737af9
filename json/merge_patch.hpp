// JSON Merge Patch (RFC 7396).
#pragma once

#include <string>
#include <vector>

#include "json/object.hpp"

namespace rollcall::json {

/// The target after the patch. Keys of the target keep their places, new ones come behind them, and
/// values that the patch does not name keep their text, numbers too.
std::vector<Member> merge_patched(std::vector<Member> target, const std::vector<Member>& patch);

}  // namespace rollcall::json
