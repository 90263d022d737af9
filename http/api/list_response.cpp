#include "http/api/list_response.hpp"

#include <functional>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>

#include "http/api/json_user.hpp"
#include "http/api/list_arguments.hpp"
#include "http/api/user_response.hpp"
#include "http/wire/etag.hpp"
#include "http/wire/percent.hpp"

namespace rollcall::http {

namespace {

constexpr auto largest_id = std::numeric_limits<std::int64_t>::max();

// The place of a user in the list.
ListPosition position_of(const User& user, const PageQuery& asked) {
  return {asked.ordered_by_name() ? user.name.key() : std::string(), user.id.value()};
}

// Without a position that of the first page.
std::string target(const PageQuery& asked, std::string_view direction,
                   const ListPosition& position) {
  const auto& [active, name] = asked.filter;
  std::string target = "/users?";
  if (name) target += "name=" + percent_encoded(name->value()) + "&";
  if (active) target += *active ? "active=true&" : "active=false&";
  target += "limit=" + std::to_string(asked.limit);
  if (position.id > 0) target += "&" + std::string(direction) + percent_encoded(text_of(position));
  return target;
}

PageLinks links_of(const UserPage& page, const PageQuery& asked, Links links) {
  PageLinks pages;
  const auto next = [&](const ListPosition& after) {
    pages.next = links.to(target(asked, "after=", after));
  };
  const auto prev = [&](const ListPosition& before) {
    pages.prev = links.to(target(asked, "before=", before));
  };
  if (!page.users.empty()) {
    if (asked.before || page.more) next(position_of(*page.users.back(), asked));
    if (asked.after || (asked.before && page.more)) prev(position_of(*page.users.front(), asked));
  } else if (asked.before) {  // the page behind begins with this position
    next({asked.before->name_key, asked.before->id - 1});
  } else if (asked.after && asked.after->id < largest_id) {  // that before ends with it
    prev({asked.after->name_key, asked.after->id + 1});
  }
  return pages;
}

// In the order in which they were asked for.
std::string render_found(const UserPage& found, const UserIds& asked) {
  std::unordered_map<UserId, UserRef> by_id;
  for (const auto& user : found.users) by_id.emplace(user->id, user);
  std::vector<UserRef> users;
  std::vector<UserId> missing;
  for (const UserId id : asked) {
    if (const auto user = by_id.find(id); user != by_id.end()) {
      users.push_back(user->second);
    } else {
      missing.push_back(id);
    }
  }
  return render_users(users, missing);
}

// In the range of a version.
std::int64_t tag_of(const std::string& body) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::hash<std::string>{}(body) % most) + 1;
}

void add_link(std::string& links, const std::string& target, std::string_view relation) {
  if (target.empty()) return;
  if (!links.empty()) links += ", ";
  links.append("<").append(target).append(">; rel=\"").append(relation).append("\"");
}

}  // namespace

tl::expected<Response, Problem> list_response(const UserPage& found, const ReadList& read,
                                              Links links, std::optional<std::int64_t> total) {
  Response response{200, json_type};
  std::string link;
  if (const auto* page = std::get_if<PageQuery>(&read.list)) {
    const auto targets = links_of(found, *page, links);
    add_link(link, targets.next, "next");
    add_link(link, targets.prev, "prev");
    response.body = render_page(found.users, targets, total);
  } else if (const auto* ids = std::get_if<UserIds>(&read.list)) {
    response.body = render_found(found, *ids);
  } else {
    response.body = render_page(found.users, {});
  }
  const auto tag = tag_of(response.body);
  const auto& [match, none_match, unmodified_since, modified_since] = read.precondition;
  if (match && !match->contains(tag)) {
    Problem problem{ProblemType::precondition_failed, "the list has another tag"};
    problem.version = tag;
    return tl::unexpected(std::move(problem));
  }
  if (none_match && none_match->contains(tag)) response.status = 304;
  response.add("ETag", etag_of(tag)).add("Cache-Control", user_caching);
  response.add("Vary", "Prefer");
  if (total) response.add("Preference-Applied", "count=exact");
  if (!link.empty()) response.add("Link", link);
  return response;
}

}  // namespace rollcall::http
