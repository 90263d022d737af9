// Reads users from the formats that can be imported, record by record, in constant memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <tl/expected.hpp>

#include "db/importer.hpp"
#include "transfer/readers/lines.hpp"

namespace rollcall::app {

enum class ImportFormat {
  ndjson,  // one JSON object in a line, with the fields of user_fields, or a used-up id
  csv,     // RFC 4180; the first line names the columns, which are among user_fields
  passwd,  // the accounts of a machine, passwd(5): login name and full name; no e-mail
};

/// Nothing where no format has this name.
std::optional<ImportFormat> format_named(std::string_view name);
/// The format that the file's extension names: .ndjson, .jsonl, .csv; nothing for any other.
std::optional<ImportFormat> format_of_file(std::string_view path);

/// What a record says: a user, or an id that must not be given.
using Entry = std::variant<db::ImportedUser, db::UsedId>;

/// One entry of a file, or why there is none.
struct Record {
  std::int64_t first_line;
  std::int64_t last_line;  // of a CSV record with line ends in quotes; else the same
  tl::expected<Entry, std::string> entry;
};

/// An entry from a user, for the formats that have only users.
tl::expected<Entry, std::string> entry_of(tl::expected<db::ImportedUser, std::string> user);

/// Reads records; skips blank lines. Not thread-safe; blocks.
class Reader {
 public:
  virtual ~Reader() = default;

  /// Nothing at the end of the file. The error, which ends the reading, says why the file as a
  /// whole can't be read.
  virtual tl::expected<std::optional<Record>, std::string> next() = 0;
  /// How much of the file has been read.
  std::int64_t bytes_read() const { return lines_.bytes_read(); }

 protected:
  explicit Reader(LineSource lines) : lines_(std::move(lines)) {}
  /// The next line that is not blank.
  tl::expected<std::optional<Line>, std::string> next_line();
  /// The error of a record with a line that is too long.
  static tl::unexpected<std::string> too_long_error();

  LineSource lines_;
};

std::unique_ptr<Reader> make_reader(ImportFormat format, LineSource lines);

}  // namespace rollcall::app
