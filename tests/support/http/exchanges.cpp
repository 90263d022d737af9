#include "tests/support/http/exchanges.hpp"

#include <cstdlib>
#include <fstream>
#include <mutex>

namespace rollcall::tests {

void record_exchange(const Request& request, const Response& response) {
  static const char* const path = std::getenv("ROLLCALL_EXCHANGES");
  if (path == nullptr) return;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  static std::ofstream file(path, std::ios::trunc);
  const Json exchange{{"method", request.method},
                      {"target", request.target},
                      {"status", response.status},
                      {"headers", response.headers},
                      {"body", response.body}};
  file << exchange.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  if (!file) throw std::runtime_error(std::string("can't write to ") + path);
}

}  // namespace rollcall::tests
