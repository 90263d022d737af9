#include "transfer/readers/passwd.hpp"

#include <vector>

#include "transfer/readers/draft.hpp"

namespace rollcall::app {
namespace {

constexpr std::size_t field_count = 7;
constexpr std::size_t username_field = rollcall::field_index("username");
constexpr std::size_t login_field = 0;
constexpr std::size_t full_name_field = 4;

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto colon = line.find(':');
    fields.push_back(line.substr(0, colon));
    if (colon == std::string_view::npos) return fields;
    line.remove_prefix(colon + 1);
  }
}

tl::expected<db::ImportedUser, std::string> user_of(std::string_view line) {
  const auto fields = fields_of(line);
  if (fields.size() != field_count) {
    return tl::unexpected{"has " + std::to_string(fields.size()) +
                          " fields; a line of passwd(5) has 7"};
  }
  const std::string_view login = fields[login_field];
  if (login.empty() || login.front() == '+' || login.front() == '-') {
    return tl::unexpected{std::string{"names no account of this machine"}};  // NIS has such lines
  }
  const std::string_view gecos = fields[full_name_field];
  const std::string_view full_name = gecos.substr(0, gecos.find(','));
  RecordDraft draft;
  draft.set_text(username_field, login);
  draft.set_text(name_field,
                 full_name.find_first_not_of(" \t") == std::string_view::npos ? login : full_name);
  return draft.finish();
}

}  // namespace

tl::expected<std::optional<Record>, std::string> PasswdReader::next() {
  const auto line = next_line();
  if (!line) return tl::unexpected{line.error()};
  if (!*line) return std::nullopt;
  const std::int64_t number = (*line)->number;
  if ((*line)->too_long) return Record{number, number, too_long_error()};
  return Record{number, number, entry_of(user_of((*line)->text))};
}

}  // namespace rollcall::app
