#include "transfer/readers/csv.hpp"

#include <algorithm>

#include "transfer/readers/draft.hpp"
#include "transfer/readers/printable.hpp"

namespace rollcall::app {
namespace {

// Strict: a quote inside an unquoted value, or text after a closing quote, is an error.
constexpr unsigned char options = CSV_STRICT;

}  // namespace

CsvReader::CsvReader(LineSource lines) : Reader(std::move(lines)) { begin_parser(); }

CsvReader::~CsvReader() { csv_free(&parser_); }

void CsvReader::break_off(Row& row, std::string error) {
  row.error = std::move(error);
  csv_free(&parser_);
  begin_parser();
}

// Only the LF that feed() appends ends a row. For libcsv a CR would, too, also inside a line.
void CsvReader::begin_parser() {
  csv_init(&parser_, options);
  csv_set_term_func(&parser_, [](unsigned char c) { return c == '\n' ? 1 : 0; });
}

void CsvReader::feed(const Line& line, Row& row) {
  const auto on_value = [](void* value, std::size_t size, void* data) {
    static_cast<Row*>(data)->values.emplace_back(static_cast<const char*>(value), size);
  };
  const auto on_end = [](int, void* data) { static_cast<Row*>(data)->complete = true; };
  row_bytes_ += line.text.size() + 1;
  if (row_bytes_ > max_line_bytes + 1) {
    return break_off(row, "a quoted value does not end within 64 KiB");
  }
  const std::string text = std::string{line.text} + '\n';
  if (csv_parse(&parser_, text.data(), text.size(), on_value, on_end, &row) != text.size()) {
    break_off(row, "breaks the rules of quoting (RFC 4180)");
  }
}

tl::expected<std::optional<CsvReader::Row>, std::string> CsvReader::next_row() {
  Row row;
  row_bytes_ = 0;
  while (!row.complete && row.error.empty()) {
    const bool open = parser_.quoted != 0;  // a value goes on in the next line
    const auto line = open ? lines_.next() : next_line();
    if (!line) return tl::unexpected{line.error()};
    if (!*line) {
      if (!open) return std::nullopt;
      break_off(row, "a quoted value never ends");
      break;
    }
    if (row.first_line == 0) row.first_line = (*line)->number;
    row.last_line = (*line)->number;
    if ((*line)->too_long) {
      break_off(row, too_long_error().value());
    } else {
      feed(**line, row);
    }
  }
  return row;
}

tl::expected<void, std::string> CsvReader::read_header() {
  const auto error = [](const std::string& what) { return tl::unexpected{"line 1: " + what}; };
  const auto row = next_row();
  if (!row) return tl::unexpected{row.error()};
  if (!*row) return error("is missing; it names the columns: " + field_list());
  if (!(*row)->error.empty()) return error((*row)->error);
  for (const std::string& name : (*row)->values) {
    const auto field = field_named(name);
    if (!field) {
      return error("unknown column \"" + printable(name) + "\"; the columns are " + field_list());
    }
    if (std::find(columns_.begin(), columns_.end(), *field) != columns_.end()) {
      return error("column " + name + " is given twice");
    }
    columns_.push_back(*field);
  }
  if (std::find(columns_.begin(), columns_.end(), name_field) == columns_.end()) {
    return error("column name is missing");
  }
  return {};
}

tl::expected<db::ImportedUser, std::string> CsvReader::user_of(const Row& row) const {
  if (!row.error.empty()) return tl::unexpected{row.error};
  if (row.values.size() != columns_.size()) {
    return tl::unexpected{"has " + std::to_string(row.values.size()) + " values for " +
                          std::to_string(columns_.size()) + " columns"};
  }
  RecordDraft draft;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    draft.set_text(columns_[i], row.values[i]);
  }
  return draft.finish();
}

tl::expected<std::optional<Record>, std::string> CsvReader::next() {
  if (columns_.empty()) {
    if (const auto header = read_header(); !header) return tl::unexpected{header.error()};
  }
  const auto row = next_row();
  if (!row) return tl::unexpected{row.error()};
  if (!*row) return std::nullopt;
  return Record{(*row)->first_line, (*row)->last_line, entry_of(user_of(**row))};
}

}  // namespace rollcall::app
