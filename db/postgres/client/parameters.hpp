// The parameters of a prepared statement, as PostgreSQL takes them in binary.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/statement.hpp"

namespace rollcall::db {

/// The OID of the type that PostgreSQL has for it (pg_type.dat: fixed for ever).
constexpr unsigned oid_of(ValueType type) {
  switch (type) {
    case ValueType::integer:
      return 20;  // int8
    case ValueType::text:
      return 25;  // text
    case ValueType::integers:
      return 1'016;  // int8[]
    case ValueType::texts:
      return 1'009;  // text[]
  }
  return 0;
}

/// "bigint", "text", "bigint[]" or "text[]".
std::string_view type_name(ValueType type);

/// Values in the form of libpq's arrays. Texts are not copied: they must outlive it.
class PgParameters {
 public:
  static constexpr std::size_t most = 20;

  template <class... Params>
  explicit PgParameters(const Params&... params) {
    static_assert(sizeof...(Params) <= most);
    (add(params), ...);
  }
  PgParameters(const PgParameters&) = delete;
  PgParameters& operator=(const PgParameters&) = delete;

  int count() const { return count_; }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  /// All of them binary.
  const int* formats() const;

 private:
  void add(std::int64_t value);
  void add(std::string_view value);
  void add(Integers values);
  void add(Texts values);
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);
    } else {
      add(nullptr, 0);
    }
  }
  void add(const char* value, std::size_t length);

  int count_ = 0;
  std::array<const char*, most> values_{};
  std::array<int, most> lengths_{};
  std::array<std::string, most> encoded_{};  // what values_ points into
};

}  // namespace rollcall::db
