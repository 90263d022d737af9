#include "db/sqlite/seen_keys.hpp"

#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

namespace {

// Brings a row where the key is new.
constexpr Statement<IdRow, Text> remember_email{
    "remember_email",
    "INSERT INTO seen_emails (email_key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1 AS id"};
constexpr Statement<IdRow, std::int64_t> remember_id{
    "remember_id", "INSERT INTO seen_ids (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id"};

constexpr const char* tables =
    "CREATE TABLE seen_emails (email_key TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;"
    "CREATE TABLE seen_ids (id INTEGER NOT NULL PRIMARY KEY) STRICT;"
    "BEGIN";  // never ended: nothing here is to outlive the object

template <class Statement, class Key>
tl::expected<bool, std::string> was_known(Statement& remember, const Key& key) {
  auto cursor = remember.run(key);
  const auto is_new = cursor.next();
  if (!is_new) return tl::unexpected(is_new.error().explained());
  return !*is_new;
}

}  // namespace

struct SeenKeys::State {
  SqliteConnection connection;
  Prepared<remember_email> remember_email_;
  Prepared<remember_id> remember_id_;
};

SeenKeys::SeenKeys(std::unique_ptr<State> state) : state_(std::move(state)) {}
SeenKeys::SeenKeys(SeenKeys&&) noexcept = default;
SeenKeys& SeenKeys::operator=(SeenKeys&&) noexcept = default;
SeenKeys::~SeenKeys() = default;

tl::expected<SeenKeys, std::string> SeenKeys::open() {
  auto connection = SqliteConnection::open({}, OpenMode::scratch, std::chrono::milliseconds{0});
  if (!connection) return tl::unexpected(connection.error().explained());
  auto state = std::make_unique<State>(State{std::move(*connection), {}, {}});
  auto made = state->connection.execute(tables);
  if (made) {
    made = prepare_all(state->connection, state->remember_email_, state->remember_id_);
  }
  if (!made) return tl::unexpected(made.error().explained());
  return SeenKeys(std::move(state));
}

tl::expected<bool, std::string> SeenKeys::seen(const Email& email) {
  const std::string key = email.key();
  return was_known(state_->remember_email_, std::string_view(key));
}

tl::expected<bool, std::string> SeenKeys::seen(UserId id) {
  return was_known(state_->remember_id_, id.value());
}

}  // namespace rollcall::db
