// A client whose types are made of the served OpenAPI document: a request or an answer that it does
// not describe does not compile. usage: node client.mjs URL
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const client = createClient<paths>({ baseUrl: process.argv[2] });

const created = await client.POST("/users", { body: { name: "Ada Lovelace" } });
assert.equal(created.response.status, 201);
assert.ok(created.data);
const path = { id: created.data.id };

const read = await client.GET("/users/{id}", { params: { path } });
assert.ok(read.data);
assert.equal(read.data.name, "Ada Lovelace");
const tag = read.response.headers.get("ETag");
assert.ok(tag);

const patched = await client.PATCH("/users/{id}", {
  params: { path, header: { "If-Match": tag } },
  body: { attributes: { room: "5" } },
});
assert.ok(patched.data);
assert.deepEqual(patched.data.attributes, { room: "5" });

const refused = await client.DELETE("/users/{id}", { params: { path, header: { "If-Match": tag } } });
assert.equal(refused.response.status, 412);
assert.equal(refused.error?.type, "/problems/precondition-failed");

const listed = await client.GET("/users", { params: { query: { name: "ada" } } });
assert.ok(listed.data);
assert.equal(listed.data.users.length, 1);

const deleted = await client.DELETE("/users/{id}", { params: { path } });
assert.equal(deleted.response.status, 204);
const gone = await client.GET("/users/{id}", { params: { path } });
assert.equal(gone.error?.status, 404);
