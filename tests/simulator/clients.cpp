#include "tests/simulator/clients.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "http/api/kept_response.hpp"
#include "http/wire/problem.hpp"
#include "tests/support/http/request.hpp"

namespace rollcall::simulator {

namespace {

using std::chrono::milliseconds;

// The default of http.request_timeout_ms.
constexpr milliseconds request_timeout{2'000};
constexpr milliseconds longest_thought{400};
// How often a follower reads at once what another loop has acknowledged, in percent of the writes.
constexpr double follow_percent = 40;
// Few, so that clients request the same ones.
constexpr int emails = 3;
constexpr int usernames = 3;
constexpr double keyed_percent = 50;   // of the creates
constexpr double repeat_percent = 60;  // of those, where one can be repeated
constexpr std::size_t repeatable = 3;

std::string_view between(std::string_view text, std::string_view before, char after) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + before.size());
  return rest.substr(0, rest.find(after));
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string slug_in(const std::string& body) {
  for (const auto type : http::every_problem_type) {
    const std::string slug(http::describe(type).slug);
    if (body.find(slug + '"') != std::string::npos) return slug;
  }
  return "unknown-slug";
}

UserId user_id(std::int64_t value) { return UserId::from(value).value(); }

}  // namespace

Clients::Clients(Scheduler& scheduler, std::vector<Node*> nodes, int per_loop, int users)
    : scheduler_(scheduler), nodes_(std::move(nodes)), users_(users) {
  const auto add = [&] {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      for (std::size_t loop = 0; loop < nodes_[node]->http_loops(); ++loop) {
        clients_.push_back({static_cast<int>(clients_.size()), node, loop});
      }
    }
  };
  for (int i = 0; i < per_loop; ++i) add();
  followers_ = clients_.size();
  add();
}

void Clients::start(TimePoint end) {
  end_ = end;
  for (std::size_t client = 0; client < followers_; ++client) next(client);
}

void Clients::next(std::size_t client) {
  scheduler_.time.after(scheduler_.random.between(milliseconds{0}, longest_thought),
                        [this, client] { ask(client); });
}

Kind Clients::draw_kind() {
  const auto drawn = scheduler_.random.below(100);
  if (drawn < 50) return Kind::read;
  if (drawn < 57) return Kind::fresh_read;
  if (drawn < 60) return Kind::empty_patch;
  if (drawn < 78) return Kind::change;
  if (drawn < 88) return Kind::conditional_change;
  if (drawn < 95) return Kind::create;
  return Kind::remove;
}

void Clients::ask(std::size_t client) {
  if (scheduler_.time.now() >= end_) return;
  Operation operation;
  operation.kind = draw_kind();
  if (operation.kind != Kind::create) {
    operation.user =
        1 + static_cast<std::int64_t>(scheduler_.random.below(static_cast<std::size_t>(users_)));
  }
  auto request = request_for(operation, clients_[client]);
  serve(std::move(operation), std::move(request), client);
}

http::Operation Clients::request_for(Operation& operation, const Client& client) {
  auto& random = scheduler_.random;
  if (operation.kind == Kind::empty_patch) return PatchUser{user_id(operation.user), {}, {}};
  if (operation.is_read()) {
    return http::ReadUser{user_id(operation.user), operation.kind == Kind::fresh_read, {}};
  }
  if (operation.kind == Kind::remove) return DeleteUser{user_id(operation.user), {}};
  operation.token = "write " + std::to_string(history_.operations.size());
  const auto name = UserName::parse(operation.token).value();
  std::optional<Email> email;
  if (random.chance(25)) {
    email = Email::parse("e" + std::to_string(random.below(emails)) + "@example.org").value();
  }
  std::optional<Username> username;
  if (random.chance(15)) {
    username = Username::parse("u" + std::to_string(random.below(usernames))).value();
  }
  if (operation.kind == Kind::create) return create(operation, {name, email, username});
  PatchUser patch{user_id(operation.user), {name, std::nullopt}, {}};
  if (email) patch.patch.email = email;
  if (username) patch.patch.username = username;
  if (random.chance(25)) {
    const auto key = "{\"" + std::to_string(random.below(3)) + "\":";
    const auto value = random.chance(30) ? "null}" : std::to_string(operation.user) + "}";
    patch.patch.attributes = AttributesPatch{Attributes::parse(key + value).value(), true};
  }
  const auto user = static_cast<std::size_t>(operation.user);
  if (operation.kind == Kind::conditional_change) {
    const bool knows = user < client.seen.size() && client.seen[user];
    operation.expected_version = knows ? client.seen[user]->version : 1;
    patch.precondition.if_match = VersionSet{false, {operation.expected_version}};
  }
  return patch;
}

// A create, or the repetition of one that another client may have sent, and have no answer yet.
CreateUser Clients::create(Operation& operation, UserFields fields) {
  auto& random = scheduler_.random;
  if (!random.chance(keyed_percent)) return {std::move(fields)};
  operation.keyed = true;
  if (!keyed_.empty() && random.chance(repeat_percent)) {
    const auto& repeated = keyed_[random.below(keyed_.size())];
    operation.token = repeated.fields.name.value();
    return repeated;
  }
  http::Request request;
  request.method = http::Method::post;
  request.body = operation.token;
  keyed_.push_back({std::move(fields), http::request_key(request, operation.token, {})});
  if (keyed_.size() > repeatable) keyed_.pop_front();
  return keyed_.back();
}

void Clients::serve(Operation operation, http::Operation request, std::size_t client) {
  const auto& requester = clients_[client];
  operation.number = history_.operations.size();
  operation.node = static_cast<int>(requester.node);
  operation.loop = static_cast<int>(requester.loop);
  operation.client = requester.number;
  operation.asked_stamp = scheduler_.stamp();
  operation.asked_at = scheduler_.time.now();
  operation.deadline = operation.asked_at + request_timeout;
  scheduler_.trace.note([&] { return "ASK " + shown(operation); });
  const auto deadline = operation.deadline;
  const auto place = operation.number;
  history_.operations.push_back(std::move(operation));
  http::Responder responder({"/users", "0"}, [this, place, client](http::Response&& response) {
    answered(place, client, response);
  });
  nodes_[requester.node]->serve(requester.loop, std::move(responder), std::move(request), deadline);
}

void Clients::answered(std::size_t place, std::size_t client, const http::Response& response) {
  auto& operation = history_.operations[place];
  ++operation.answers;
  operation.answered_stamp = scheduler_.stamp();
  operation.answered_at = scheduler_.time.now();
  operation.status = response.status;
  if (response.status >= 400) operation.slug = slug_in(response.body);
  const auto fields = tests::fields_of(response);
  operation.stale = fields.find("Age: ") != std::string::npos;
  operation.replay = fields.find("Idempotency-Replayed: true") != std::string::npos;
  if (operation.succeeded() && operation.kind != Kind::remove) {
    operation.seen = Seen{number(between(fields, "ETag: \"", '"')),
                          std::string(between(response.content(), "\"name\":\"", '"'))};
    if (operation.user == 0) operation.user = number(between(response.content(), "\"id\":", ','));
    users_ = std::max(users_, operation.user);
  }
  scheduler_.trace.note([&] { return "ANSWER " + shown(operation); });
  auto& seen = clients_[client].seen;
  const auto user = static_cast<std::size_t>(operation.user);
  if (seen.size() <= user) seen.resize(user + 1);
  if (operation.seen) seen[user] = operation.seen;
  if (operation.last) return;
  if (client < followers_) next(client);
  const bool wrote = operation.succeeded() && !operation.is_read();
  if (wrote && scheduler_.random.chance(follow_percent)) follow(Operation(operation));
}

void Clients::follow(const Operation& write) {
  for (std::size_t client = followers_; client < clients_.size(); ++client) {
    const auto& follower = clients_[client];
    if (static_cast<int>(follower.node) != write.node) continue;
    if (static_cast<int>(follower.loop) == write.loop) continue;
    Operation read;
    read.kind = Kind::read;
    read.user = write.user;
    serve(std::move(read), http::ReadUser{user_id(write.user), false, {}}, client);
    return;
  }
}

void Clients::ask_all() {
  for (std::size_t client = 0; client < followers_; ++client) {
    for (std::int64_t user = 1; user <= users_; ++user) {
      Operation operation;
      operation.kind = Kind::read;
      operation.user = user;
      operation.last = true;
      serve(std::move(operation), http::ReadUser{user_id(user), false, {}}, client);
    }
  }
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    history_.readiness.push_back({nodes_[node]->name()});
    nodes_[node]->ask_ready({{"/ready", "0"}, [this, node](http::Response&& response) {
                               auto& seen = history_.readiness[node];
                               seen.status = response.status;
                               seen.body = std::move(response.body);
                             }});
  }
}

}  // namespace rollcall::simulator
