#include "web/operations.hpp"

#include <utility>

namespace rollcall::web {

std::vector<Operation> operations_of(const nlohmann::ordered_json& api) {
  std::vector<Operation> all;
  for (const auto& path : api.at("paths").items()) {
    for (const auto& operation : path.value().items()) {
      auto method = operation.key();
      for (auto& c : method) c = static_cast<char>(c & ~0x20);
      auto name = operation.value().at("operationId").get<std::string>();
      all.push_back({std::move(method), path.key(), std::move(name), operation.value()});
    }
  }
  return all;
}

Html method_and_path(const Operation& operation) {
  const auto& method = operation.method;
  return element("span", {{"class", "method"}, {"data-method", method}}, method) + " " +
         code(operation.path);
}

}  // namespace rollcall::web
