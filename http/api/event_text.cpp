#include "http/api/event_text.hpp"

#include "http/api/changes_page.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

void append_event(std::string& out, const LoggedChange& change) {
  append(out, {"id: ", Decimal(change.seq).view(), "\nevent: ", name_of(change.kind), "\ndata: "});
  append_change(out, change);
  out.append("\n\n");
}

std::string position_text(std::int64_t position) {
  std::string text;
  append(text, {":\nid: ", Decimal(position).view(), "\n\n"});
  return text;
}

}  // namespace rollcall::http
