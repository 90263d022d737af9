#include "config/unknown_key.hpp"

#include <array>
#include <utility>

#include "config/keys.hpp"

namespace rollcall::config {

namespace {

// Old and new names of sections. The error for an old name gives the new one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> renamed_sections{
    {{"directory", "lookup"}, {"registrar", "writes"}, {"feed", "invalidation"}}};

// Keys that several have replaced.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> divided_keys{
    {{"http.read_timeout_s", "http.idle_timeout_s, http.head_timeout_s and http.write_timeout_s"}}};

}  // namespace

std::string unknown_key(std::string_view name) {
  for (const auto& [before, now] : divided_keys) {
    if (name == before) return "is now divided into " + std::string{now};
  }
  const std::string_view section = name.substr(0, name.find('.'));
  for (const auto& [before, now] : renamed_sections) {
    if (section != before) continue;
    const std::string renamed = std::string{now} + std::string{name.substr(section.size())};
    if (find_key(renamed) != nullptr) return "is now called " + renamed;
    return "the section " + std::string{before} + " is now called " + std::string{now};
  }
  std::string known;
  for (const Key& key : keys()) {
    if (key.section() != section) continue;
    if (!known.empty()) known += ", ";
    known += key.short_name();
  }
  if (!known.empty()) return "unknown key; section " + std::string{section} + " has: " + known;
  std::string_view last;
  for (const Key& key : keys()) {
    if (key.section() == last) continue;
    last = key.section();
    if (!known.empty()) known += ", ";
    known += last;
  }
  return "unknown key; the sections are: " + known;
}

}  // namespace rollcall::config
