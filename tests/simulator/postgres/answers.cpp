#include "tests/simulator/postgres/answers.hpp"

namespace rollcall::simulator {

namespace {

AnswerKey answer_key(const Bound& bound) {
  return {bound.parameters.at(0).value(), bound.parameters.at(1).value()};
}

Executed claim_key(const Bound& bound, const Executor& by) {
  const bool claimed = by.database.claim(by.holder, answer_key(bound));
  return {Executed::Outcome::done, {{claimed ? "true" : "false"}}, "SELECT 1", {}};
}

Executed find_answer(const Bound& bound, const Executor& by) {
  const Answer* answer = by.database.answer(answer_key(bound));
  if (answer == nullptr || answer->expires_at <= decoded_integer(bound.parameters.at(2))) {
    return {Executed::Outcome::done, {}, "SELECT 0", {}};
  }
  return {Executed::Outcome::done, {answer->columns}, "SELECT 1", {}};
}

Executed keep_answer(const Bound& bound, const Executor& by) {
  const auto& given = bound.parameters;
  by.transaction.kept[answer_key(bound)] = {decoded_integer(given.at(2)),
                                            {given.begin() + 3, given.end()}};
  return {Executed::Outcome::done, {}, "INSERT 0 1", {}};
}

}  // namespace

std::optional<Executed> executed_on_answers(const Bound& bound, const Executor& by) {
  const auto name = bound.shape->name;
  if (name == "claim_key") return claim_key(bound, by);
  if (name == "find_answer") return find_answer(bound, by);
  if (name == "keep_answer") return keep_answer(bound, by);
  // None expires in a simulation.
  if (name == "remove_answers") return Executed{Executed::Outcome::done, {}, "DELETE 0", {}};
  return std::nullopt;
}

}  // namespace rollcall::simulator
