#include "transfer/readers/readers.hpp"

#include <cstdlib>

#include "transfer/readers/csv.hpp"
#include "transfer/readers/ndjson.hpp"
#include "transfer/readers/passwd.hpp"

namespace rollcall::app {

std::optional<ImportFormat> format_named(std::string_view name) {
  if (name == "ndjson") return ImportFormat::ndjson;
  if (name == "csv") return ImportFormat::csv;
  if (name == "passwd") return ImportFormat::passwd;
  return std::nullopt;
}

std::optional<ImportFormat> format_of_file(std::string_view path) {
  if (path.ends_with(".ndjson") || path.ends_with(".jsonl")) return ImportFormat::ndjson;
  if (path.ends_with(".csv")) return ImportFormat::csv;
  return std::nullopt;
}

tl::expected<Entry, std::string> entry_of(tl::expected<db::ImportedUser, std::string> user) {
  return std::move(user).map([](db::ImportedUser&& one) { return Entry{std::move(one)}; });
}

tl::expected<std::optional<Line>, std::string> Reader::next_line() {
  while (true) {
    auto line = lines_.next();
    if (!line || !*line || (*line)->too_long) return line;
    if ((*line)->text.find_first_not_of(" \t\r") != std::string_view::npos) return line;
  }
}

tl::unexpected<std::string> Reader::too_long_error() {
  return tl::unexpected{"is longer than " + std::to_string(max_line_bytes) + " bytes"};
}

std::unique_ptr<Reader> make_reader(ImportFormat format, LineSource lines) {
  switch (format) {
    case ImportFormat::ndjson:
      return std::make_unique<NdjsonReader>(std::move(lines));
    case ImportFormat::csv:
      return std::make_unique<CsvReader>(std::move(lines));
    case ImportFormat::passwd:
      return std::make_unique<PasswdReader>(std::move(lines));
  }
  std::abort();  // no other value of the enum exists
}

}  // namespace rollcall::app
