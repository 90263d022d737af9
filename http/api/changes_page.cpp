#include "http/api/changes_page.hpp"

#include <cstdlib>

#include "http/wire/json_text.hpp"
#include "http/wire/text.hpp"

namespace rollcall::http {

namespace {

constexpr std::size_t typical_change_bytes = 112;

}  // namespace

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::created:
      return "created";
    case ChangeKind::updated:
      return "updated";
    case ChangeKind::deleted:
      return "deleted";
  }
  std::abort();  // not a ChangeKind
}

void append_change(std::string& out, const LoggedChange& change) {
  append(out, {"{\"seq\":", Decimal(change.seq).view(),
               ",\"user\":", Decimal(change.user.value()).view(),
               ",\"version\":", Decimal(change.version).view(), ",\"kind\":\"",
               name_of(change.kind), "\",\"at\":\"", Rfc3339(change.at).view(), "\",\"by\":"});
  if (change.by) {
    append(out, {"\"", JsonText(*change.by).view(), "\"}"});
  } else {
    out.append("null}");
  }
}

Response changes_response(const ChangesPage& page, const ChangesQuery& query, Links links) {
  auto next = links.to("/changes?limit=" + std::to_string(query.limit) +
                       "&after=" + std::to_string(page.next));
  if (query.user) next += "&user=" + std::to_string(query.user->value());
  Response response{200, json_type};
  auto& out = response.body;
  out.reserve(page.changes.size() * typical_change_bytes + next.size() + 32);
  out.append("{\"changes\":[");
  for (const auto& change : page.changes) {
    if (&change != &page.changes.front()) out.push_back(',');
    append_change(out, change);
  }
  append(out, {"],\"next\":\"", next, "\"}"});
  response.add("Cache-Control", "private, no-cache");
  response.add("Link", "<" + next + ">; rel=\"next\"");
  return response;
}

nlohmann::ordered_json changes_page_schema(Links links) {
  using Json = nlohmann::ordered_json;
  const auto number = [](std::int64_t least, std::string_view description) {
    return Json{
        {"type", "integer"}, {"format", "int64"}, {"minimum", least}, {"description", description}};
  };
  const Json change{
      {"type", "object"},
      {"properties",
       {{"seq", number(1, "Grows in the order of the commits, with gaps.")},
        {"user", number(1, "The user's id.")},
        {"version", number(1, "The user's after the change; of a deleted user the last one.")},
        {"kind", {{"type", "string"}, {"enum", {"created", "updated", "deleted"}}}},
        {"at", {{"type", "string"}, {"format", "date-time"}}},
        {"by",
         {{"type", {"string", "null"}},
          {"description", "Who asked for the change; null where that is not known."}}}}},
      {"required", {"seq", "user", "version", "kind", "at", "by"}}};
  return {{"type", "object"},
          {"properties",
           {{"changes", {{"type", "array"}, {"items", change}}},
            {"next",
             {{"type", "string"},
              {"examples", {links.to("/changes?limit=50&after=50")}},
              {"description", "Where the next page is, which may be empty yet."}}}}},
          {"required", {"changes", "next"}}};
}

}  // namespace rollcall::http
