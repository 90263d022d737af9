#include "http/api/arguments.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "http/wire/idempotency_key.hpp"
#include "http/wire/media_type.hpp"

namespace rollcall::http {

namespace {

tl::unexpected<Refusal> refused(Problem problem) {
  return tl::unexpected(Refusal{std::move(problem)});
}

// "limit and after are allowed", of the parameters of an endpoint.
std::string allowed_names(const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return "none is allowed here";
  std::string names;
  for (const auto& parameter : parameters) {
    if (&parameter != &parameters.front()) {
      names += &parameter == &parameters.back() ? " and " : ", ";
    }
    names += parameter.name;
  }
  return names + (parameters.size() == 1 ? " is allowed" : " are allowed");
}

std::optional<Problem> read_parameters(std::string_view query, const Endpoint& endpoint,
                                       Arguments& arguments) {
  const auto& known = endpoint.parameters;
  const Parameter* before = nullptr;  // the one that was read before
  return read_query(query, [&](const std::string& name, const std::string& value) {
    const auto parameter = std::find_if(known.begin(), known.end(),
                                        [&](const auto& each) { return each.name == name; });
    if (parameter == known.end()) {
      return ParameterFault("no such parameter; " + allowed_names(known));
    }
    if (value.empty()) return ParameterFault();
    const auto* other = std::exchange(before, &*parameter);
    if (other != nullptr &&
        (other->use == ParameterUse::alone || parameter->use == ParameterUse::alone)) {
      return ParameterFault("can't be combined with " + std::string(other->name));
    }
    return parameter->read(value, arguments);
  });
}

// The first line of a field counts.
std::optional<Problem> read_fields(const Request& request, const Endpoint& endpoint,
                                   Arguments& arguments) {
  for (const auto& field : endpoint.fields) {
    const auto value = request.field(field.name);
    if (!value || value->empty()) continue;
    if (auto fault = field.read(*value, arguments)) {
      return Problem{ProblemType::invalid_parameter, std::string(field.name) + ": " + *fault};
    }
  }
  return std::nullopt;
}

// The users as a whole exist, and have neither an entity tag (RFC 9110 13.1.1, 13.1.2) nor a
// modification date, so that a date is ignored (13.1.4).
bool holds_for_all_users(const Precondition& precondition) {
  const auto& match = precondition.if_match;
  const auto& none_match = precondition.if_none_match;
  return (!match || match->any) && !(none_match && none_match->any);
}

std::optional<Problem> read_conditions(const Request& request, ConditionsOn on, const WallNow& now,
                                       Arguments& arguments) {
  if (on == ConditionsOn::nothing) return std::nullopt;
  auto precondition = parse_precondition(request, now);
  if (!precondition) return std::move(precondition.error());
  if (on == ConditionsOn::all_users && !holds_for_all_users(*precondition)) {
    return Problem{ProblemType::precondition_failed, "the users as a whole have no version"};
  }
  if (on == ConditionsOn::list) {
    precondition->if_modified_since.reset();
    precondition->if_unmodified_since.reset();
  }
  arguments.precondition = std::move(*precondition);
  return std::nullopt;
}

// RFC 9110 15.5.16, RFC 5789 2.2.
std::optional<Refusal> refuse_body_type(const Request& request, std::string_view types) {
  if (auto problem = refuse_content_coding(request)) {
    return Refusal{std::move(*problem), "Accept-Encoding: identity\r\n"};
  }
  auto problem = refuse_media_type(request, types);
  if (!problem) return std::nullopt;
  auto fields = "Accept: " + std::string(types) + "\r\n";
  if (request.method == Method::patch) fields += "Accept-Patch: " + std::string(types) + "\r\n";
  return Refusal{std::move(*problem), std::move(fields)};
}

}  // namespace

tl::expected<Arguments, Refusal> parse_arguments(const Request& request, const Endpoint& endpoint,
                                                 std::string_view segment, std::string_view query,
                                                 const WallNow& now) {
  Arguments arguments;
  if (endpoint.segment != nullptr) {
    if (auto problem = endpoint.segment->read(segment, arguments)) {
      return refused({ProblemType::invalid_id, std::move(*problem)});
    }
  }
  if (!query.empty() && endpoint.query == QueryUse::checked) {
    if (auto problem = read_parameters(query, endpoint, arguments)) {
      return refused(std::move(*problem));
    }
  }
  if (auto problem = read_fields(request, endpoint, arguments)) {
    return refused(std::move(*problem));
  }
  if (auto problem = read_conditions(request, endpoint.conditions, now, arguments)) {
    return refused(std::move(*problem));
  }
  if (endpoint.repeatable) {
    auto key = idempotency_key_of(request);
    if (!key) return refused(std::move(key.error()));
    arguments.idempotency_key = *key;
  }
  if (endpoint.body) {
    if (auto refusal = refuse_body_type(request, endpoint.body->types)) {
      return tl::unexpected(std::move(*refusal));
    }
  }
  return arguments;
}

}  // namespace rollcall::http
