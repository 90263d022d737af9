// The request that a valid head describes.
#pragma once

#include <string_view>
#include <vector>

#include "http/wire/request.hpp"
#include "http/wire/syntax/head_validator.hpp"

namespace rollcall::http {

/// The request, without its body. `text`: the head, which HeadValidator found valid. `fields` gets
/// its fields. Both must live as long as the result.
Request request_of(std::string_view text, const RequestHead& head, std::vector<Field>& fields);

}  // namespace rollcall::http
