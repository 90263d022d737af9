#include "http/api/list_arguments.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_set>
#include <utility>

#include "http/wire/faults.hpp"

namespace rollcall::http {

namespace {

// At most max_ids of them, with commas between. One that is given twice counts once.
ParameterFault read_ids(std::string_view text, Arguments& arguments) {
  std::unordered_set<UserId> seen;
  UserIds ids;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto one = text.substr(begin, end - begin);
    const auto id = UserId::parse(one);
    if (!id) {
      return "ids with commas between are allowed, from 1 to 9223372036854775807, without leading "
             "zeros; one is \"" +
             cut_name(one) + "\"";
    }
    if (seen.insert(*id).second) ids.push_back(*id);
    if (ids.size() > max_ids) return "at most " + std::to_string(max_ids) + " ids are allowed";
    begin = end + 1;
  }
  arguments.list = std::move(ids);
  return std::nullopt;
}

template <class Value>
ParameterFault read_key(std::string_view text, UserKey::Field field, Arguments& arguments) {
  const auto value = Value::parse(text);
  if (!value) return value.error();
  if constexpr (requires { value->key(); }) {
    arguments.list = UserKey{field, value->key()};
  } else {
    arguments.list = UserKey{field, value->value()};
  }
  return std::nullopt;
}

ParameterFault read_email(std::string_view text, Arguments& arguments) {
  return read_key<Email>(text, UserKey::Field::email, arguments);
}

ParameterFault read_username(std::string_view text, Arguments& arguments) {
  return read_key<Username>(text, UserKey::Field::username, arguments);
}

ParameterFault read_external_id(std::string_view text, Arguments& arguments) {
  return read_key<ExternalId>(text, UserKey::Field::external_id, arguments);
}

ParameterFault read_name(std::string_view text, Arguments& arguments) {
  auto prefix = NamePrefix::parse(text);
  if (!prefix) return std::move(prefix.error());
  arguments.page.filter.name = std::move(*prefix);
  return std::nullopt;
}

ParameterFault read_active(std::string_view text, Arguments& arguments) {
  if (text != "true" && text != "false") return "true or false is allowed";
  arguments.page.filter.active = text == "true";
  return std::nullopt;
}

ParameterFault read_limit(std::string_view text, Arguments& arguments) {
  int limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool number = error == std::errc() && end == text.data() + text.size();
  if (!number || text.front() == '0' || limit < 1 || limit > max_page) {
    return "a number from 1 to " + std::to_string(max_page) + " is allowed";
  }
  arguments.page.limit = limit;
  return std::nullopt;
}

constexpr std::string_view no_position = "not a cursor that a page of this list gave";

ParameterFault read_position(std::string_view text, std::optional<ListPosition>& position) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto id = UserId::parse(text.substr(0, colon));
  if (!id) return std::string(no_position);
  position = ListPosition{{}, id->value()};
  if (colon == text.size()) return std::nullopt;
  // No name has more than a prefix may have.
  const auto key = NamePrefix::parse(text.substr(colon + 1));
  if (!key || key->value() != key->first_key()) return std::string(no_position);
  position->name_key = key->value();
  return std::nullopt;
}

ParameterFault read_after(std::string_view text, Arguments& arguments) {
  if (arguments.page.before) return "after and before can't be combined";
  return read_position(text, arguments.page.after);
}

ParameterFault read_before(std::string_view text, Arguments& arguments) {
  if (arguments.page.after) return "after and before can't be combined";
  return read_position(text, arguments.page.before);
}

constexpr std::string_view cursor_schema =
    R"({"type":"string","pattern":"^[1-9][0-9]{0,17}(:[^A-Z\\x00-\\x1f]{1,200})?$"})";

}  // namespace

std::vector<Parameter> list_parameters() {
  const auto alone = ParameterUse::alone;
  return {{"ids", "The users with these ids, at most 1,000, with commas between.",
           R"({"type":"string","pattern":"^[1-9][0-9]{0,17}(,[1-9][0-9]{0,17}){0,999}$"})",
           read_ids, alone},
          {"email", "The user who has this e-mail, ignoring case.",
           R"({"type":"string","maxLength":254,)"
           R"("pattern":"^[^@\\s\\x00-\\x1f\\x7f-\\x9f]+@[^@\\s\\x00-\\x1f\\x7f-\\x9f]+$"})",
           read_email, alone},
          {"username", "The user who has this username, ignoring case.",
           R"({"type":"string","minLength":1,"maxLength":254,)"
           R"("pattern":"^[^\\s\\x00-\\x1f\\x7f-\\x9f]+$"})",
           read_username, alone},
          {"external_id", "The user who has this external id.",
           R"({"type":"string","minLength":1,"maxLength":255,)"
           R"("pattern":"^[^\\x00-\\x1f\\x7f-\\x9f]+$"})",
           read_external_id, alone},
          {"name", "How the names begin, ignoring ASCII case; the list is ordered by name then.",
           R"({"type":"string","minLength":1,"maxLength":200,)"
           R"("pattern":"^[^\\x00-\\x1f\\x7f-\\x9f]+$"})",
           read_name},
          {"active", "Whether the accounts are open.", R"({"type":"boolean"})", read_active},
          {"limit", "The most users that the page has.",
           R"({"type":"integer","minimum":1,"maximum":500,"default":50})", read_limit},
          {"after", "The position after which the page begins, as `next` has it.", cursor_schema,
           read_after},
          {"before", "The position before which the page ends, as `prev` has it.", cursor_schema,
           read_before}};
}

tl::expected<ReadList, Problem> list_of(Arguments&& arguments) {
  ReadList read{std::move(arguments.page), std::move(arguments.precondition)};
  if (arguments.list) {
    read.list = std::move(*arguments.list);
    return read;
  }
  const auto& page = std::get<PageQuery>(read.list);
  const auto fits = [&](const std::optional<ListPosition>& position) {
    return !position || position->name_key.empty() != page.ordered_by_name();
  };
  Faults faults;
  if (!fits(page.after)) faults.add_parameter("after", no_position);
  if (!fits(page.before)) faults.add_parameter("before", no_position);
  if (!faults.empty()) return tl::unexpected(std::move(faults).of_query());
  return read;
}

std::string text_of(const ListPosition& position) {
  auto text = std::to_string(position.id);
  if (!position.name_key.empty()) text += ":" + position.name_key;
  return text;
}

}  // namespace rollcall::http
