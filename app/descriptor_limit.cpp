#include "app/descriptor_limit.hpp"

#include <sys/resource.h>

#include <spdlog/fmt/fmt.h>

#include "posix/error.hpp"

namespace rollcall::app {

tl::expected<void, std::string> raise_descriptor_limit(std::size_t max_connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return tl::unexpected("RLIMIT_NOFILE can't be read: " + posix::last_error());
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return tl::unexpected("RLIMIT_NOFILE can't be raised: " + posix::last_error());
  }
  if (max_connections + own_descriptors > limit.rlim_max) {
    return tl::unexpected(std::string(fmt::format(
        "http.max_connections: {} connections don't fit under the limit of {} open files; allowed: "
        "at most {} (the limit less {}), or a higher limit (ulimit -Hn, LimitNOFILE=)",
        max_connections, limit.rlim_max,
        limit.rlim_max > own_descriptors ? limit.rlim_max - own_descriptors : 0, own_descriptors)));
  }
  return {};
}

}  // namespace rollcall::app
