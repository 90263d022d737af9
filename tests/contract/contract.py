"""Holds answers against an OpenAPI document: what it does not name is a fault."""
import copy
import json
import re

import jsonschema

PROBLEM = "application/problem+json"
JSON_TYPES = ("application/json", PROBLEM)
# Fields of the message and of the connection, which any answer may have.
OF_EVERY_ANSWER = {"date", "content-length", "content-type", "connection", "keep-alive"}


def strict(schema):
    """The schema, but an object has only the properties that it names."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made


class Contract:
    """An OpenAPI document, by which answers are checked."""

    def __init__(self, document):
        self.document = document
        self.components = strict(document["components"])
        self.paths = []
        for template, operations in document["paths"].items():
            pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", pattern))
            self.paths.append((template, pattern, operations))
        # A path without braces precedes one with them.
        self.paths.sort(key=lambda path: "{" in path[0])
        self.validators = {}
        self.of_all = self.types_of_all_operations()

    def types_of(self, response):
        schema = response["content"][PROBLEM]["schema"]
        return set(schema["allOf"][1]["properties"]["type"]["enum"])

    def types_of_all_operations(self):
        """{status: types} of the problems with which any request may be answered."""
        common = None
        for _, _, operations in self.paths:
            for operation in operations.values():
                mine = {(status, name) for status, response in operation["responses"].items()
                        if PROBLEM in response.get("content", {})
                        for name in self.types_of(response)}
                common = mine if common is None else common & mine
        return common

    def operations_at(self, target):
        """The operations at the target's path; None if it has none."""
        path = re.sub("^https?://[^/?]*", "", target).partition("?")[0] or "/"
        if path == "*":  # the server as a whole: every method that a path has, and only OPTIONS
            return {}
        for _, pattern, operations in self.paths:
            if pattern.fullmatch(path):
                return operations
        return None

    def all_operations(self):
        return {name for _, _, operations in self.paths for name in operations}

    def validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {"components": self.components, "allOf": [strict(schema)]}
            self.validators[key] = jsonschema.Draft202012Validator(whole)
        return self.validators[key]

    def allowed(self, operations):
        names = {name.upper() for name in operations} | {"OPTIONS"}
        return names | ({"HEAD"} if "GET" in names else set())

    def faults(self, method, target, answer):
        """What the document does not say of this answer, as texts; none if it is as promised."""
        operations = self.operations_at(target)
        if operations is None:
            return self.faults_of_problem(answer, {("404", "/problems/not-found")} | self.of_all)
        name = "get" if method == "HEAD" else method.lower()
        if name not in operations:
            return self.faults_of_undeclared(method, operations, answer)
        responses = operations[name]["responses"]
        response = responses.get(str(answer.status))
        if response is None:
            return [f"the status {answer.status} is none of {', '.join(responses)}"]
        return self.faults_of_declared(method, response, answer)

    def faults_of_undeclared(self, method, operations, answer):
        allowed = {each.strip() for each in answer.fields.get("allow", "").split(",")}
        if (answer.status == 204 and method == "OPTIONS") or answer.status == 405:
            wanted = self.allowed(operations or self.all_operations())
            if allowed != wanted:
                return [f"Allow is {sorted(allowed)}, not {sorted(wanted)}"]
            return [] if answer.status == 204 else self.faults_of_problem(
                answer, {("405", "/problems/method-not-allowed")})
        return self.faults_of_problem(answer, self.of_all)

    def faults_of_problem(self, answer, types):
        """Of an answer that no operation describes: it must be a problem of one of the types."""
        if answer.fields.get("content-type") != PROBLEM:
            return [f"a status {answer.status} that is no problem document"]
        if not answer.body:
            return []  # to HEAD
        document = json.loads(answer.body)
        found = (str(answer.status), document.get("type"))
        if found not in types:
            return [f"a problem that no operation has: {found}"]
        return self.faults_of_json({"$ref": "#/components/schemas/Problem"}, document)

    def faults_of_declared(self, method, response, answer):
        faults = []
        known = OF_EVERY_ANSWER | {name.lower() for name in response.get("headers", {})}
        for name in answer.fields:
            if name not in known:
                faults.append(f"the field {name} is not in the document")
        content = response.get("content", {})
        kind = answer.fields.get("content-type", "")
        minimal = answer.fields.get("preference-applied") == "return=minimal"  # RFC 7240 4.2
        if minimal or not content:
            if answer.body or kind:
                faults.append("an answer that is to be empty has a body or a type")
            return faults
        if kind not in content:
            return [*faults, f"the type {kind} is none of {', '.join(content)}"]
        if method == "HEAD" or kind not in JSON_TYPES:
            return faults
        try:
            body = json.loads(answer.body)
        except ValueError as error:
            return [*faults, f"the body is no JSON: {error}"]
        if kind == PROBLEM and body.get("status") != answer.status:
            faults.append(f"the problem has the status {body.get('status')}")
        return faults + self.faults_of_json(content[kind]["schema"], body)

    def faults_of_json(self, schema, value):
        return [f"{error.json_path}: {error.message}"[:300]
                for error in self.validator(schema).iter_errors(value)]

    def accepts(self, schema, value):
        """Whether a value that a client sends satisfies the schema."""
        return not self.faults_of_json(schema, value)


def check_document(document):
    """Faults of the document itself."""
    faults = []
    for name, schema in document["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            faults.append(f"the schema {name} is none: {error.message}")
    return faults


def planted(contract, method, target, answer):
    """Copies of a good answer, each with a fault that `faults` must find; with their names."""
    def changed(**members):
        made = copy.copy(answer)
        for name, value in members.items():
            setattr(made, name, value)
        return made

    body = json.loads(answer.body)
    yield "another status", changed(status=299)
    yield "a further field", changed(fields={**answer.fields, "x-further": "1"})
    yield "another type", changed(fields={**answer.fields, "content-type": "text/csv"})
    yield "a further member", changed(body=json.dumps({**body, "further": 1}))
    yield "a missing member", changed(body=json.dumps(dict(list(body.items())[1:])))
    yield "no JSON", changed(body=answer.body[:-1])
    if "id" in body:
        yield "a member of another type", changed(body=json.dumps({**body, "id": "1"}))
    if "type" in body:
        yield "an unknown problem", changed(
            body=json.dumps({**body, "type": "/problems/none-such"}))
        yield "the wrong status in it", changed(body=json.dumps({**body, "status": 499}))
