#include "db/postgres/client/parameters.hpp"

namespace rollcall::db {

namespace {

// PostgreSQL sends and takes numbers with the most significant byte first.
template <class Number>
void append(std::string& bytes, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xff));
  }
}

// What array_recv reads first: dimensions, whether there are nulls, the type of an element, and of
// the dimension its size and lower bound. An empty array has no dimension.
void append_array_head(std::string& bytes, std::size_t size, bool nulls, ValueType element) {
  append(bytes, std::int32_t{size == 0 ? 0 : 1});
  append(bytes, std::int32_t{nulls ? 1 : 0});
  append(bytes, static_cast<std::int32_t>(oid_of(element)));
  if (size == 0) return;
  append(bytes, static_cast<std::int32_t>(size));
  append(bytes, std::int32_t{1});
}

}  // namespace

std::string_view type_name(ValueType type) {
  switch (type) {
    case ValueType::integer:
      return "bigint";
    case ValueType::text:
      return "text";
    case ValueType::integers:
      return "bigint[]";
    case ValueType::texts:
      return "text[]";
  }
  return {};
}

const int* PgParameters::formats() const {
  static constexpr auto binary = [] {
    std::array<int, most> formats{};
    formats.fill(1);
    return formats;
  }();
  return binary.data();
}

void PgParameters::add(const char* value, std::size_t length) {
  const auto index = static_cast<std::size_t>(count_++);
  values_[index] = value;
  lengths_[index] = static_cast<int>(length);
}

void PgParameters::add(std::int64_t value) {
  std::string& bytes = encoded_[static_cast<std::size_t>(count_)];
  append(bytes, value);
  add(bytes.data(), bytes.size());
}

void PgParameters::add(std::string_view value) {
  // A null pointer would be NULL.
  add(value.data() != nullptr ? value.data() : "", value.size());
}

// After the header: length and bytes of each element.
void PgParameters::add(Integers values) {
  std::string& bytes = encoded_[static_cast<std::size_t>(count_)];
  bytes.reserve(20 + 12 * values.size());
  append_array_head(bytes, values.size(), false, ValueType::integer);
  for (const std::int64_t value : values) {
    append(bytes, static_cast<std::int32_t>(sizeof value));
    append(bytes, value);
  }
  add(bytes.data(), bytes.size());
}

void PgParameters::add(Texts values) {
  std::string& bytes = encoded_[static_cast<std::size_t>(count_)];
  append_array_head(bytes, values.size(), true, ValueType::text);
  for (const auto& value : values) {
    append(bytes, static_cast<std::int32_t>(value ? value->size() : -1));  // -1: null
    if (value) bytes += *value;
  }
  add(bytes.data(), bytes.size());
}

}  // namespace rollcall::db
