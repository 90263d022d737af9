#include "db/postgres/client/name_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace rollcall::db {

namespace {

// One entry for each address, not one for each kind of socket.
addrinfo tcp_only() {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  return hints;
}

tl::expected<NameLookup::Addresses, std::string> taken(int code, const addrinfo* found) {
  if (code != 0) return tl::unexpected<std::string>(gai_strerror(code));
  NameLookup::Addresses addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  if (addresses.empty()) return tl::unexpected<std::string>("the name has no address");
  return addresses;
}

}  // namespace

struct NameLookup::Question {
  explicit Question(std::string asked) : name(std::move(asked)) {
    request.ar_name = name.c_str();
    request.ar_request = &hints;
    std::array<gaicb*, 1> list{&request};
    failed = getaddrinfo_a(GAI_NOWAIT, list.data(), 1, nullptr);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  ~Question() {
    if (request.ar_result != nullptr) freeaddrinfo(request.ar_result);
  }

  bool is_out() const { return failed == 0 && gai_error(&request) == EAI_INPROGRESS; }

  std::string name;
  addrinfo hints = tcp_only();
  mutable gaicb request{};
  int failed = 0;  // the error where the query could not be started
};

NameLookup::NameLookup(std::string name) : question_(std::make_unique<Question>(std::move(name))) {}

NameLookup::NameLookup(NameLookup&& other) noexcept = default;

NameLookup::~NameLookup() {
  if (!question_ || !question_->is_out()) return;
  const int cancelled = gai_cancel(&question_->request);
  if (cancelled == EAI_CANCELED || cancelled == EAI_ALLDONE) return;
  // A thread of glibc is working on the query and will write into it: never free it.
  (void)question_.release();
}

std::optional<tl::expected<NameLookup::Addresses, std::string>> NameLookup::answer() const {
  if (question_->is_out()) return std::nullopt;
  const int code = question_->failed != 0 ? question_->failed : gai_error(&question_->request);
  return taken(code, question_->request.ar_result);
}

tl::expected<NameLookup::Addresses, std::string> look_up(const std::string& name) {
  const addrinfo hints = tcp_only();
  addrinfo* found = nullptr;
  const int code = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  return taken(code, found);
}

}  // namespace rollcall::db
