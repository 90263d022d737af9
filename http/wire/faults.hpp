// Collects what is wrong in a request, within bounds: what a client sends in a byte must not cost
// many bytes of the answer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/wire/problem.hpp"

namespace rollcall::http {

/// The most faults that a problem document lists.
inline constexpr std::size_t max_listed_faults = 32;

/// A name that a client has given, for an answer: of a longer one the first 100 bytes at most, up
/// to the end of a UTF-8 character, and an ellipsis.
std::string cut_name(std::string_view name);

/// The faults of one request, in the order in which they are added.
class Faults {
 public:
  /// Of the member of a body with this name.
  void add_field(std::string_view name, std::string_view detail);
  /// Of the parameter of a query with this name.
  void add_parameter(std::string_view name, std::string_view detail);

  bool empty() const { return count_ == 0; }
  /// validation_failed: how many fields are wrong, and the first of them.
  Problem of_body() &&;
  /// invalid_parameter: the same of parameters. A single one is named by the detail too.
  Problem of_query() &&;

 private:
  std::string summary(std::string_view one, std::string_view several) const;

  std::size_t count_ = 0;
  std::vector<InvalidField> listed_{};
};

}  // namespace rollcall::http
