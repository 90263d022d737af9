// The operations of the OpenAPI document, in its order.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "web/html.hpp"

namespace rollcall::web {

struct Operation {
  std::string method;  // in upper case
  std::string path;
  std::string name;                         // the operationId
  const nlohmann::ordered_json& described;  // a part of the document

  std::string summary() const { return described.at("summary").get<std::string>(); }
};

/// The document must outlive them.
std::vector<Operation> operations_of(const nlohmann::ordered_json& api);

/// As the beginning of a request: GET /users.
Html method_and_path(const Operation& operation);

}  // namespace rollcall::web
