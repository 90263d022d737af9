// Newline-delimited JSON: each line has one object, a user or a used-up id.
#pragma once

#include "transfer/readers/readers.hpp"

namespace rollcall::app {

/// Strict: a key given twice, an unknown key, a wrong type or text after the object is an error of
/// the line. An e-mail may be null.
class NdjsonReader final : public Reader {
 public:
  explicit NdjsonReader(LineSource lines) : Reader(std::move(lines)) {}
  tl::expected<std::optional<Record>, std::string> next() override;
};

}  // namespace rollcall::app
