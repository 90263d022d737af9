#include "db/pg_parameters.hpp"

namespace rollcall::db {

namespace {

// PostgreSQL sends and takes numbers with the most significant byte first.
template <class Number>
void append(std::string& bytes, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xff));
  }
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

// array_recv: dimensions, whether it has nulls, the type of an element; of each dimension its size
// and lower bound; of each element its length and bytes. An empty array has no dimension.
void PgParameters::add(Integers values) {
  std::string& bytes = encoded_[static_cast<std::size_t>(count_)];
  bytes.reserve(20 + 12 * values.size());
  append(bytes, std::int32_t{values.empty() ? 0 : 1});
  append(bytes, std::int32_t{0});
  append(bytes, static_cast<std::int32_t>(oid_of(ValueType::integer)));
  if (!values.empty()) {
    append(bytes, static_cast<std::int32_t>(values.size()));
    append(bytes, std::int32_t{1});
  }
  for (const std::int64_t value : values) {
    append(bytes, static_cast<std::int32_t>(sizeof value));
    append(bytes, value);
  }
  add(bytes.data(), bytes.size());
}

}  // namespace rollcall::db
