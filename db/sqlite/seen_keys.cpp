#include "db/sqlite/seen_keys.hpp"

#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

namespace {

// $1 which key, $2 its value. Brings a row where it is new.
constexpr Statement<IdRow, std::int64_t, Text> remember_key{
    "remember_key",
    "INSERT INTO seen_keys (which, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1 AS "
    "id"};
constexpr Statement<IdRow, std::int64_t> remember_id{
    "remember_id", "INSERT INTO seen_ids (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id"};

constexpr const char* tables =
    "CREATE TABLE seen_keys (which INTEGER NOT NULL, value TEXT NOT NULL, "
    "PRIMARY KEY (which, value)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE seen_ids (id INTEGER NOT NULL PRIMARY KEY) STRICT;"
    "BEGIN";  // never ended: nothing here is to outlive the object

template <class Statement, class... Key>
tl::expected<bool, std::string> was_known(Statement& remember, const Key&... key) {
  auto cursor = remember.run(key...);
  const auto is_new = cursor.next();
  if (!is_new) return tl::unexpected(is_new.error().explained());
  return !*is_new;
}

}  // namespace

struct SeenKeys::State {
  SqliteConnection connection;
  Prepared<remember_key> remember_key_;
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
    made = prepare_all(state->connection, state->remember_key_, state->remember_id_);
  }
  if (!made) return tl::unexpected(made.error().explained());
  return SeenKeys(std::move(state));
}

tl::expected<std::optional<std::size_t>, std::string> SeenKeys::seen(const UserKeys& keys) {
  std::optional<std::size_t> first;
  for (std::size_t key = 0; key < key_count; ++key) {
    if (!keys[key]) continue;
    const auto known = was_known(state_->remember_key_, static_cast<std::int64_t>(key),
                                 std::string_view(*keys[key]));
    if (!known) return tl::unexpected(known.error());
    if (*known && !first) first = key;
  }
  return first;
}

tl::expected<bool, std::string> SeenKeys::seen(UserId id) {
  return was_known(state_->remember_id_, id.value());
}

}  // namespace rollcall::db
