// The page that a browser sees at /.
#pragma once

#include <string_view>

namespace rollcall::web {

/// HTML in UTF-8, complete in itself: it loads nothing.
std::string_view landing_page();

}  // namespace rollcall::web
