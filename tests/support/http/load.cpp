#include "tests/support/http/load.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/users.hpp"

namespace rollcall::tests {
namespace {

std::string text_of(const Response& response) {
  return std::to_string(response.status) + " " + response.body;
}

bool is_rejection(const Response& response) {
  return response.status == 503 || response.status == 504;
}

Request write_request(const Knowledge& user, const std::string& name) {
  Request request{.target = "/users/" + std::to_string(user.id)};
  if (name.empty()) {
    request.method = "DELETE";
    return request;
  }
  request.method = user.id == 0 ? "POST" : "PATCH";
  if (user.id == 0) request.target = "/users";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = Json{{"name", name}}.dump();
  return request;
}

}  // namespace

Load::Load(std::uint16_t port, Shape shape) : port_(port), shape_(shape) {
  for (int i = 0; i < shape_.readers; ++i) {
    threads_.emplace_back([this, i] { run([&] { read(i); }); });
  }
  for (int i = 0; i < shape_.writers; ++i) {
    threads_.emplace_back([this, i] { run([&] { write(i); }); });
  }
}

Load::~Load() {
  if (!threads_.empty()) finish();
}

template <class Client>
void Load::run(Client client) {
  try {
    client();
  } catch (const ConnectionClosed&) {
    const std::lock_guard lock(mutex_);
    report_.connection_lost = true;
  } catch (const std::exception& error) {
    complain(error.what());
  }
}

void Load::note(const Response& response) {
  {
    const std::lock_guard lock(mutex_);
    ++report_.answers[response.status];
    ++answered_;
    if (response.status / 100 == 2) ++succeeded_;
  }
  changed_.notify_all();
}

void Load::note_written() {
  {
    const std::lock_guard lock(mutex_);
    ++written_;
  }
  changed_.notify_all();
}

void Load::complain(std::string what) {
  const std::lock_guard lock(mutex_);
  report_.wrong.push_back(std::move(what));
}

bool Load::finished() {
  const std::lock_guard lock(mutex_);
  return finish_;
}

void Load::read(int number) {
  HttpClient client(port_);
  for (int id = number % shape_.population + 1; !finished(); id = id % shape_.population + 1) {
    const auto answer = client.get("/users/" + std::to_string(id));
    note(answer);
    const bool right = answer.status == 200 ? answer.json().at("id") == id : is_rejection(answer);
    if (!right) complain("reader asked for " + std::to_string(id) + ": " + text_of(answer));
  }
}

/// False where the read was rejected. What was read does not shorten `user.possible`: a write whose
/// outcome is unknown may be applied later, until the next write is answered.
bool Load::note_read(const Response& response, const Knowledge& user) {
  note(response);
  if (is_rejection(response)) return false;
  const auto name = response.status == 200 ? response.json().at("name").get<std::string>() : "";
  const bool right = response.status == 200 || response.status == 404;
  if (!right || std::count(user.possible.begin(), user.possible.end(), name) == 0) {
    complain("user " + std::to_string(user.id) + " should be '" + user.possible.front() +
             "' or one of " + std::to_string(user.possible.size()) + ": " + text_of(response));
  }
  return true;
}

void Load::write(int number) {
  HttpClient writer(port_);
  HttpClient reader(port_);
  Knowledge user;
  const auto keep = [&] {
    if (user.id == 0) return;
    const std::lock_guard lock(mutex_);
    report_.users.push_back(user);
  };
  try {
    for (int round = 0; !finished(); ++round) {
      const bool last = shape_.deletes && round % 8 == 7 && user.id != 0;
      const auto name =
          last ? "" : "Writer " + std::to_string(number) + " " + std::to_string(round);
      // Until the write is answered, it may or may not have been applied.
      const auto before = user.possible;
      user.possible.push_back(name);
      const auto answer = writer.ask(write_request(user, name));
      note(answer);
      if (answer.status / 100 == 2) {
        note_written();
        if (user.id == 0) user.id = answer.json().at("id").get<std::int64_t>();
        user.possible = {name};
      } else if (slug_of(answer) == "outcome-unknown") {
        const std::lock_guard lock(mutex_);
        ++report_.unknown;
      } else {
        // A delete of unknown outcome may have been applied: then 404 is right.
        const bool gone = answer.status == 404 && std::count(before.begin(), before.end(), "") > 0;
        if (!is_rejection(answer) && !gone) complain("write: " + text_of(answer));
        user.possible = gone ? std::vector<std::string>{""} : before;
      }
      if (user.id == 0) user.possible.clear();  // the id is not known if it was created
      if (user.id == 0) continue;
      const auto target = "/users/" + std::to_string(user.id);
      note_read(reader.get(target), user);
      if (user.possible == std::vector<std::string>{""}) {
        keep();
        user = {};
      }
    }
  } catch (...) {
    keep();
    throw;
  }
  keep();
}

void Load::wait_until(const int& counter, int count) {
  std::unique_lock lock(mutex_);
  const int wanted = counter + count;
  if (!changed_.wait_for(lock, patience, [&] { return counter >= wanted; })) {
    const auto wrong = report_.wrong.empty() ? "" : report_.wrong.front();
    lock.unlock();
    FAIL("the clients get no further; " << wrong);
  }
}

void Load::wait_for_answers(int count) { wait_until(answered_, count); }

void Load::wait_for_writes(int count) { wait_until(written_, count); }

void Load::wait_for_successes(int count) { wait_until(succeeded_, count); }

LoadReport Load::finish() {
  {
    const std::lock_guard lock(mutex_);
    finish_ = true;
  }
  return collect();
}

LoadReport Load::collect() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  return report_;
}

void check_kept(HttpClient& client, const std::vector<Knowledge>& users) {
  for (const auto& user : users) {
    const auto answer = client.get("/users/" + std::to_string(user.id));
    INFO("user " << user.id << " last known as '" << user.possible.front() << "', with "
                 << user.possible.size() << " possible: " << text_of(answer));
    const auto name = answer.status == 200 ? answer.json().at("name").get<std::string>() : "";
    CHECK((answer.status == 200 || answer.status == 404));
    CHECK(std::count(user.possible.begin(), user.possible.end(), name) >= 1);
  }
}

void check_all_well(const LoadReport& report) {
  INFO((report.wrong.empty() ? "" : report.wrong.front()));
  CHECK(report.wrong.empty());
  CHECK_FALSE(report.connection_lost);
}

}  // namespace rollcall::tests
