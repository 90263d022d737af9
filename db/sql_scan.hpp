// What the compiler checks of a SQL text, before any database sees it.
#pragma once

#include <cstddef>
#include <string_view>

#include "domain/ascii.hpp"

namespace rollcall::db {

enum class SqlDefect {
  none,
  empty,
  unterminated,        // a quoted string or name without its end
  comment,             // comments belong into C++, where they can't hide a statement
  several_statements,  // a semicolon, be it the last character
  star,                // a star for columns: the row type names them
  bad_placeholder,     // not $1, $2, ... in order of first appearance
  wrong_parameters,    // not as many placeholders as parameters
};

namespace scan {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_word(char c) {
  return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z') || c == '_';
}

/// Whether `text` ends in this keyword (in capitals), as a word of its own.
constexpr bool ends_in_word(std::string_view text, std::string_view keyword) {
  if (text.size() < keyword.size()) return false;
  const std::size_t start = text.size() - keyword.size();
  for (std::size_t i = 0; i < keyword.size(); ++i) {
    if (upper(text[start + i]) != keyword[i]) return false;
  }
  return start == 0 || !is_word(text[start - 1]);
}

/// Whether a star after this text stands for columns, not for a product or `count(*)`.
constexpr bool names_columns(std::string_view before) {
  while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
  if (before.empty()) return true;
  const char last = before.back();
  return last == ',' || last == '.' || ends_in_word(before, "SELECT") ||
         ends_in_word(before, "DISTINCT") || ends_in_word(before, "ALL") ||
         ends_in_word(before, "RETURNING");
}

/// The position of the quote that closes the one at `start`, or npos. A doubled quote is part of
/// the quoted text.
constexpr std::size_t end_of_quoted(std::string_view text, std::size_t start) {
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] != text[start]) continue;
    if (i + 1 < text.size() && text[i + 1] == text[start]) {
      ++i;
    } else {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace scan

/// The first defect of a SQL text that has this many parameters. SQLite numbers `$n` by first
/// appearance and PostgreSQL by n: they agree only where the first appearances are in order.
constexpr SqlDefect defect_of(std::string_view text, std::size_t parameters) {
  std::size_t highest = 0;
  bool anything = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    anything = anything || !scan::is_space(c);
    if (c == '\'' || c == '"') {
      i = scan::end_of_quoted(text, i);
      if (i == std::string_view::npos) return SqlDefect::unterminated;
    } else if ((c == '-' && next == '-') || (c == '/' && next == '*')) {
      return SqlDefect::comment;
    } else if (c == ';') {
      return SqlDefect::several_statements;
    } else if (c == '?' || c == '@' || c == '\0') {
      return SqlDefect::bad_placeholder;
    } else if (c == '*' && scan::names_columns(text.substr(0, i))) {
      return SqlDefect::star;
    } else if (c == '$') {
      std::size_t number = 0;
      if (next == '0' || !is_digit(next)) return SqlDefect::bad_placeholder;
      while (i + 1 < text.size() && is_digit(text[i + 1]) && number < 1'000) {
        number = number * 10 + static_cast<std::size_t>(text[++i] - '0');
      }
      if (number > highest + 1) return SqlDefect::bad_placeholder;
      if (i + 1 < text.size() && scan::is_word(text[i + 1])) return SqlDefect::bad_placeholder;
      if (number == highest + 1) highest = number;
    }
  }
  if (!anything) return SqlDefect::empty;
  return highest == parameters ? SqlDefect::none : SqlDefect::wrong_parameters;
}

}  // namespace rollcall::db
