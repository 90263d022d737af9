#include "config/keys.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "config/listeners.hpp"
#include "config/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

using rollcall::config::assign_text;
using rollcall::config::binding_errors;
using rollcall::config::Key;
using rollcall::config::keys;
using rollcall::config::load;
using rollcall::config::Settings;
using rollcall::config::to_toml;

namespace {

const std::string documented = rollcall::tests::source_path("config/rollcall.toml");

}  // namespace

TEST_CASE("the documented file equals the built-in defaults") {
  const auto loaded = load({.file = documented});
  REQUIRE(loaded);
  CHECK(*loaded == Settings{});
}

TEST_CASE("the documented file names every key, each once, under its section and its range") {
  std::ifstream file{documented};
  std::string section, comment, line;
  std::vector<std::string> named;
  while (std::getline(file, line)) {
    if (line.starts_with("[")) section = line.substr(1, line.find(']') - 1);
    if (line.starts_with("# ")) {
      comment += line.substr(2) + " ";
    } else if (const auto equals = line.find(" = "); equals != std::string::npos) {
      named.push_back(section + "." + line.substr(0, equals));
      const Key* key = rollcall::config::find_key(named.back());
      INFO(named.back());
      REQUIRE(key);
      CHECK(comment.starts_with("Allowed: " + allowed(*key) + ". "));
      comment.clear();
    } else {
      comment.clear();
    }
  }
  std::vector<std::string> expected;
  for (const Key& key : keys()) expected.emplace_back(key.name);
  CHECK(named == expected);
}

TEST_CASE("settings written as TOML are read back as they were") {
  Settings settings;
  int changed = 0;
  for (const Key& key : keys()) {
    if (const auto* rule = std::get_if<rollcall::config::NumberRule>(&key.rule)) {
      rule->set(settings, rule->get(settings) + 1);
      ++changed;
    }
  }
  CHECK(changed > 15);
  settings.http.host = "::1";
  settings.log.format = "json";
  const bool sqlite = GENERATE(true, false);
  if (sqlite) {
    settings.database.url = "sqlite:a \"b\" \\ \t.db";
  } else {
    settings.database.url = "postgres://a,b:5433/c?sslmode=require";
    settings.database.read_urls = {"postgres://a/b", "postgres://c/\"d\""};
  }
  const auto path = std::filesystem::temp_directory_path() /
                    ("rollcall-keys-" + std::to_string(getpid()) + ".toml");
  std::ofstream{path} << to_toml(settings);
  const auto loaded = load({.file = path.string()});
  std::filesystem::remove(path);
  REQUIRE(loaded);
  CHECK(*loaded == settings);
}

TEST_CASE("every key's default lies within what the key allows") {
  for (const Key& key : keys()) {
    INFO(key.name);
    Settings settings;
    if (const auto* rule = std::get_if<rollcall::config::NumberRule>(&key.rule)) {
      CHECK_FALSE(assign_text(key, std::to_string(rule->get(settings)), settings));
    } else if (const auto* list = std::get_if<rollcall::config::ListRule>(&key.rule)) {
      CHECK_FALSE(assign(key, list->get(settings), settings));
    } else {
      const auto& text = std::get<rollcall::config::TextRule>(key.rule);
      CHECK_FALSE(assign_text(key, text.get(settings), settings));
    }
    CHECK(settings == Settings{});
  }
}

TEST_CASE("both ends of every range survive narrowing, what lies beyond is refused") {
  for (const Key& key : keys()) {
    const auto* rule = std::get_if<rollcall::config::NumberRule>(&key.rule);
    if (!rule) continue;
    INFO(key.name);
    Settings settings;
    for (const auto end : {rule->low, rule->high}) {
      CHECK_FALSE(assign(key, end, settings));
      CHECK(rule->get(settings) == end);
    }
    CHECK(assign(key, rule->low - 1, settings));
    CHECK(assign(key, rule->high + 1, settings));
    CHECK(rule->get(settings) == rule->high);
  }
}

TEST_CASE("settings written as TOML show no password") {
  Settings settings;
  settings.database.url = "postgres://ada:secret@a/b";
  settings.database.read_urls = {"postgres://c/d?password=secret", "postgres://ada:secret@e/f"};
  const std::string toml = to_toml(settings);
  CHECK(toml.find("secret") == std::string::npos);
  CHECK(toml.find("url = \"postgres://ada:***@a/b\"\n"
                  "read_urls = [\"postgres://c/d?password=***\", "
                  "\"postgres://ada:***@e/f\"]\n") != std::string::npos);
}

TEST_CASE("a listener that only this machine can reach needs no permission") {
  Settings settings;
  CHECK(binding_errors(settings, false).empty());
  settings.http.host = "::1";
  settings.admin.host = "127.8.9.10";
  CHECK(binding_errors(settings, false).empty());
  settings.http.host = "::ffff:127.0.0.1";  // of 127.0.0.1, bound by a socket of IPv6
  CHECK(binding_errors(settings, false).empty());
}

TEST_CASE("a listener that other machines can reach is refused unless insecure says so") {
  Settings settings;
  const std::string host =
      GENERATE(as<std::string>{}, "0.0.0.0", "::", "192.168.1.1", "128.0.0.1", "::ffff:128.0.0.1");
  settings.http.host = host;
  REQUIRE(binding_errors(settings, false).size() == 1);
  CHECK(binding_errors(settings, false)[0].starts_with("http.host: " + host));
  settings.admin.host = host;
  REQUIRE(binding_errors(settings, false).size() == 2);
  CHECK(binding_errors(settings, false)[1].starts_with("admin.host: " + host));
  CHECK(binding_errors(settings, true).empty());
}
