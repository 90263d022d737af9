// Imported files. The first byte of the input chooses the format: c is CSV, p is passwd, and any
// other is NDJSON; the rest of its first line is ignored, and the file is what follows. What can be
// imported is exported and imported again.
#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/memory_file.hpp"
#include "tests/fuzz/support/property.hpp"
#include "transfer/export.hpp"
#include "transfer/readers/readers.hpp"

namespace rollcall::fuzz {
namespace {

using app::ImportFormat;

struct Imported {
  std::vector<User> users{};
  std::vector<db::UsedId> used{};
};

// An export of these users.
class ExporterOf final : public db::Exporter {
 public:
  explicit ExporterOf(const Imported& all) : all_(all) {}

  tl::expected<std::optional<User>, std::string> next() override {
    if (user_ == all_.users.size()) return std::nullopt;
    return all_.users[user_++];
  }
  tl::expected<std::optional<db::UsedId>, std::string> next_used_id() override {
    if (used_ == all_.used.size()) return std::nullopt;
    return all_.used[used_++];
  }

 private:
  const Imported& all_;
  std::size_t user_ = 0;
  std::size_t used_ = 0;
};

// What an import into an empty directory would make of the user.
User user_of(const db::ImportedUser& given, std::size_t count) {
  const auto next = UserId::from(static_cast<std::int64_t>(count) + 1);
  auto user = new_user(given.id.value_or(*next), given.fields, Timestamp{});
  user.version = given.version.value_or(1);
  user.created_at = given.created_at.value_or(Timestamp{});
  user.updated_at = given.updated_at.value_or(Timestamp{});
  return user;
}

void check_error(std::string_view error, std::string_view text) {
  require(!error.empty() && std::none_of(error.begin(), error.end(),
                                         [](char c) {
                                           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                                         }),
          "an error is one line of printable text", {error, text});
}

Imported read(ImportFormat format, std::string_view text) {
  static const MemoryFile file;
  file.replace(text);
  Imported all;
  std::int64_t line = 0;
  const auto reader = app::make_reader(format, app::LineSource{file.descriptor()});
  while (true) {
    const auto record = reader->next();
    if (!record) {
      check_error(record.error(), text);
      return all;
    }
    if (!*record) break;
    const auto& [first, last, entry] = **record;
    require(first > line && last >= first, "records follow one another", {text});
    line = last;
    if (!entry) {
      check_error(entry.error(), text);
    } else if (const auto* used = std::get_if<db::UsedId>(&*entry)) {
      all.used.push_back(*used);
    } else {
      all.users.push_back(user_of(std::get<db::ImportedUser>(*entry), all.users.size()));
    }
  }
  require(line <= std::count(text.begin(), text.end(), '\n') + 1, "each record has its lines",
          {text});
  require(reader->bytes_read() == static_cast<std::int64_t>(text.size()), "all of it is read");
  return all;
}

void check_round_trip(const Imported& all, ImportFormat format) {
  std::ostringstream out;
  ExporterOf exporter(all);
  const bool csv = format == ImportFormat::csv;
  const auto exported =
      app::export_users(exporter, csv ? app::ExportFormat::csv : app::ExportFormat::ndjson, out);
  require(exported && exported->users == static_cast<std::int64_t>(all.users.size()),
          "all users are exported");
  const auto again = read(format, out.str());
  require(again.users == all.users, "what is exported can be imported", {out.str()});
  require(csv || again.used == all.used, "used-up ids too", {out.str()});
}

}  // namespace

void check(std::string_view input) {
  auto text = input;
  const auto choice = take_line(text);
  const auto format = choice.starts_with('c')   ? ImportFormat::csv
                      : choice.starts_with('p') ? ImportFormat::passwd
                                                : ImportFormat::ndjson;
  const auto all = read(format, text);
  check_round_trip(all, ImportFormat::ndjson);
  check_round_trip(all, ImportFormat::csv);
}

}  // namespace rollcall::fuzz
